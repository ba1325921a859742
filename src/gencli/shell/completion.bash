# Completion of gencli in bash. In ~/.bashrc:  source <(gencli completion bash)

_gencli() {
    local how row
    COMPREPLY=()
    while IFS= read -r row; do
        if [ -z "${how-}" ]; then how=$row; else COMPREPLY+=("$row"); fi
    done < <("${COMP_WORDS[0]/#\~/$HOME}" complete-words bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
    case ${how-} in
        files) compopt -o default 2>/dev/null ;;
        part) compopt -o nospace 2>/dev/null ;;
    esac
}
complete -F _gencli gencli
