// The form of a tensor: what the rules of targets speak about, and what their fixes change. Private
// to core/plan/targets.
#pragma once

#include "core/plan/target.h"

namespace bitsmith {

// A MatrixLayout without what no target asks for. Equal forms can be loaded as one matrix.
struct Form {
    bool kept = true; // not quantized; the rest is meaningless
    std::string grid, format;
    int bits = 0;
    std::size_t group = 0; // input columns per scale; 0: the whole row
    bool symmetric = false;
    bool columnGroups = false; // act order with groups that follow it
    bool perTensor = false;    // float: one scale for all rows
    DType scaleType = DType::F16;
    bool operator==(const Form&) const = default;

    bool affine() const { return !kept && grid == "affine"; }
    bool floating() const { return !kept && grid == "float"; }
    bool gguf() const { return !kept && grid == "gguf"; }
    bool nvfp4() const { return floating() && format == "e2m1" && group == 16; }
    bool mxfp4() const { return floating() && format == "e2m1" && group == 32; }
};

Form formOf(const TargetTensor& tensor);

// "4 bits, symmetric, groups of 64"; "Q4_K"; "kept as stored".
std::string describe(const Form& form);
std::string groupText(std::size_t group); // "groups of 64", "one scale per row"

// The member of `allowed` nearest to `group` by ratio that divides cols; of two equally near ones
// the smaller. 0 (the whole row) if none divides.
std::size_t nearestGroup(std::size_t cols, std::size_t group, std::span<const std::size_t> allowed);

// The values of a setting (see withSetting in plan.h) that turns `from` into `to`; empty if they
// are equal. `to` is kept, or affine. A tensor that is no affine one gets the recipe rtn_mse, which
// needs no calibration text but uses one.
std::string changes(const Form& from, const Form& to);

} // namespace bitsmith
