#compdef gencli
# Completion of gencli in zsh. In ~/.zshrc, behind compinit:  source <(gencli completion zsh)
# or as a file of the name _gencli in a folder of $fpath.

_gencli() {
    local how row program=${words[1]/#\~/$HOME}
    local line="${(j: :)words[1,CURRENT-1]} $IPREFIX$QIPREFIX$PREFIX"
    local -a found shown plain
    while IFS= read -r row; do
        if [[ -z $how ]]; then
            how=$row
        elif [[ $row == *$'\t'* ]]; then
            found+=("${row%%$'\t'*}")
            shown+=("${row%%$'\t'*}  -- ${row#*$'\t'}")
        else
            plain+=("$row")
        fi
    done < <("$program" complete-words zsh "$line" 2>/dev/null)
    case $how in
        files)
            compset -P '--*='
            _files
            ;;
        part) compadd -S '' -a plain ;;
        *)
            compadd -l -d shown -a found
            compadd -a plain
            (( $#found + $#plain ))
            ;;
    esac
}
if [[ ${funcstack[1]-} == _gencli ]]; then
    _gencli "$@"
elif (( $+functions[compdef] )); then
    compdef _gencli gencli
fi
