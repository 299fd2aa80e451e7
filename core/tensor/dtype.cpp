#include "core/tensor/dtype.h"

#include <array>

namespace bitsmith {
namespace {

struct DTypeRow {
    DType dtype;
    std::string_view name;
    std::size_t bytes;
    bool floating;
};

// In the order of the enumeration.
constexpr std::array Rows{
    DTypeRow{DType::F64, "F64", 8, true},        DTypeRow{DType::F32, "F32", 4, true},
    DTypeRow{DType::F16, "F16", 2, true},        DTypeRow{DType::BF16, "BF16", 2, true},
    DTypeRow{DType::F8E4M3, "F8_E4M3", 1, true}, DTypeRow{DType::F8E5M2, "F8_E5M2", 1, true},
    DTypeRow{DType::F8E8M0, "F8_E8M0", 1, true}, DTypeRow{DType::I64, "I64", 8, false},
    DTypeRow{DType::I32, "I32", 4, false},       DTypeRow{DType::I16, "I16", 2, false},
    DTypeRow{DType::I8, "I8", 1, false},         DTypeRow{DType::U64, "U64", 8, false},
    DTypeRow{DType::U32, "U32", 4, false},       DTypeRow{DType::U16, "U16", 2, false},
    DTypeRow{DType::U8, "U8", 1, false},         DTypeRow{DType::Bool, "BOOL", 1, false},
};

constexpr bool inEnumerationOrder() {
    for (std::size_t i = 0; i < Rows.size(); ++i)
        if (static_cast<std::size_t>(Rows[i].dtype) != i) return false;
    return true;
}
static_assert(inEnumerationOrder());

const DTypeRow& row(DType dtype) { return Rows[static_cast<std::size_t>(dtype)]; }

} // namespace

std::size_t byteSize(DType dtype) { return row(dtype).bytes; }
std::string_view dtypeName(DType dtype) { return row(dtype).name; }
bool isFloating(DType dtype) { return row(dtype).floating; }

std::optional<DType> dtypeFromName(std::string_view name) {
    for (const DTypeRow& r : Rows)
        if (r.name == name) return r.dtype;
    return std::nullopt;
}

} // namespace bitsmith
