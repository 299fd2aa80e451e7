#compdef bitsmith-studio
_arguments '--db[experiment database]:file:_files' '--theme[colours]:name:(light dark system)' \
    '--language[language of the window]:code:(en de)' '--lesson[open a lesson]:lesson:_files' \
    '--device[what computes]:name:(cpu cuda)' '--precision[of products on a CUDA device]:name:(fp32 tf32 bf16 fp16)' \
    '--screenshots[save pictures and exit]:folder:_files -/' '--part[which pictures]:name:(window manual)' \
    '--size[of the window in pictures]:size:(1280x800 1920x1080)' '--zoom[of text in pictures]:per cent:(100 200)' \
    '--help[options]' '--version[version]' '1:model:_files'
