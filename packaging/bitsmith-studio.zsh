#compdef bitsmith-studio
_arguments '--db[experiment database]:file:_files' '--theme[colours]:name:(light dark system)' \
    '--screenshots[save pictures and exit]:folder:_files -/' '--help[options]' '--version[version]' \
    '1:model:_files'
