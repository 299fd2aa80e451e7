// The table of exporters: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/exporters/exporter.h"

namespace bitsmith {

#define BITSMITH_ENTRY(id) const Exporter& exporters_##id();
#include "registered_exporters.inc"
#undef BITSMITH_ENTRY

std::span<const Exporter* const> allExporters() {
    static const std::vector<const Exporter*> All = {
#define BITSMITH_ENTRY(id) &exporters_##id(),
#include "registered_exporters.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

const Exporter* findExporter(std::string_view id) {
    for (const Exporter* exporter : allExporters())
        if (exporter->info().id == id) return exporter;
    return nullptr;
}

} // namespace bitsmith
