# bash completion of bitsmith-studio
_bitsmith_studio() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
    COMPREPLY=()
    if [ "$before" = --theme ]; then
        mapfile -t COMPREPLY < <(compgen -W 'light dark system' -- "$current")
    elif [[ $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--db --theme --screenshots --help --version' -- "$current")
    elif [[ demo == "$current"* && -n $current ]]; then
        mapfile -t COMPREPLY < <(compgen -W demo -- "$current"; compgen -f -- "$current")
    fi
}
complete -o default -o filenames -F _bitsmith_studio bitsmith-studio
