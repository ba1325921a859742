# Completion of gencli in fish. Once:  gencli completion fish > ~/.config/fish/completions/gencli.fish

function __gencli_words
    command -q gencli; or return
    set -l rows (command gencli complete-words fish (commandline -cp | string collect) 2>/dev/null)
    if test "$rows[1]" = files
        __fish_complete_path (commandline -ct)
    else if set -q rows[2]
        printf '%s\n' $rows[2..-1]
    end
end
complete -c gencli -f -a '(__gencli_words)'
