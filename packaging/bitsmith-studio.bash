# bash completion of bitsmith-studio
_bitsmith_studio() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=
    COMPREPLY=()
    case $before in
    --theme) words='light dark system' ;;
    --language) words='en de' ;;
    --device) words='cpu cuda' ;;
    --precision) words='fp32 tf32 bf16 fp16' ;;
    --part) words='window manual' ;;
    --size) words='1280x800 1920x1080' ;;
    --zoom) words='100 200' ;;
    esac
    if [ -n "$words" ]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    elif [[ $current == -* ]]; then
        words='--db --device --help --language --lesson --part --precision --screenshots --size --theme --version --zoom'
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    elif [[ demo == "$current"* && -n $current ]]; then
        mapfile -t COMPREPLY < <(compgen -W demo -- "$current"; compgen -f -- "$current")
    fi
}
complete -o default -o filenames -F _bitsmith_studio bitsmith-studio
