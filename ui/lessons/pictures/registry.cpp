// The table of live pictures: written by bitsmith_register in this folder's CMakeLists.txt.
#include "ui/lessons/picture.h"

namespace bitsmith::ui {

#define BITSMITH_ENTRY(id) std::unique_ptr<LivePicture> pictures_##id();
#include "registered_pictures.inc"
#undef BITSMITH_ENTRY

std::span<const PictureEntry> allPictures() {
    static constexpr PictureEntry All[] = {
#define BITSMITH_ENTRY(id) {#id, &pictures_##id},
#include "registered_pictures.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

} // namespace bitsmith::ui
