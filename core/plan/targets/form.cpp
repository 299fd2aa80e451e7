#include "core/plan/targets/form.h"

#include "core/base/message.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {

Form formOf(const TargetTensor& tensor) {
    Form form;
    if (!tensor.layout) return form;
    const MatrixLayout& layout = *tensor.layout;
    form.kept = false;
    form.grid = layout.grid;
    form.format = layout.format;
    form.bits = layout.bits;
    // No program but ours reads these.
    if (layout.bits > 8 || layout.columnScaled || layout.side.any()) form.grid = "lattice";
    form.scaleType = layout.scaleType;
    if (form.grid == "gguf") return form;
    form.group = layout.groupsPerRow > 1 ? layout.groupSize : 0;
    form.symmetric = layout.symmetric;
    form.columnGroups = layout.columnGroups && layout.groupsPerRow > 1;
    form.perTensor = form.grid == "float" && layout.parameterRows == 1 && tensor.rows > 1;
    return form;
}

std::string groupText(std::size_t group) {
    return group == 0 ? "one scale per row"_message() : "groups of {}"_message(group);
}

namespace {

std::string describeFloat(const Form& form) {
    const std::string text = form.perTensor ? "{}, one scale per tensor"_message(form.format)
                             : form.group == 0
                                 ? "{}, one scale per row"_message(form.format)
                                 : "{}, groups of {}"_message(form.format, form.group);
    return form.scaleType == DType::F8E8M0 ? "{} with powers of two"_message(text) : text;
}

std::string describeAffine(const Form& form) {
    std::string groups = groupText(form.group);
    if (form.columnGroups) groups = "{} in activation order"_message(groups);
    return form.symmetric ? "{} bits, symmetric, {}"_message(form.bits, groups)
                          : "{} bits, with zero points, {}"_message(form.bits, groups);
}

} // namespace

std::string describe(const Form& form) {
    if (form.kept) return "kept as stored"_message();
    if (form.gguf()) return form.format;
    if (form.floating()) return describeFloat(form);
    if (form.grid == "mixed")
        return form.group == 0
                   ? "widths of their own for rows, {} bits on average"_message(form.bits)
                   : "widths of their own for groups of {}, {} bits on average"_message(form.group,
                                                                                        form.bits);
    if (form.grid == "codebook")
        return "codebooks of {} levels"_message(1 << std::min(form.bits, 8));
    if (form.grid == "nested")
        return "{} bits with nested scales, {}"_message(form.bits, groupText(form.group));
    if (form.grid == "lattice")
        return "integers beyond 8 bits, or with something beside the codes"_message();
    return describeAffine(form);
}

std::size_t nearestGroup(std::size_t cols, std::size_t group,
                         std::span<const std::size_t> allowed) {
    std::size_t best = 0;
    double least = 0;
    for (const std::size_t candidate : allowed) {
        if (cols % candidate != 0 || candidate >= cols) continue;
        const double distance = std::abs(std::log2(
            static_cast<double>(candidate) / static_cast<double>(std::max<std::size_t>(1, group))));
        if (best != 0 && (distance > least || (distance == least && candidate > best))) continue;
        best = candidate;
        least = distance;
    }
    return best;
}

std::string changes(const Form& from, const Form& to) {
    if (from == to) return "";
    if (to.kept) return "keep";
    std::string values;
    const auto add = [&](const std::string& value) {
        values += (values.empty() ? "" : ",") + value;
    };
    const bool renewed = !from.affine();
    if (renewed) add("recipe=rtn_mse");
    if (renewed || from.bits != to.bits) add(fmt::format("bits={}", to.bits));
    if (renewed || from.group != to.group) {
        // One scale per row may come from the granularity, which the group size does not change.
        if (from.group == 0 && to.group != 0) add("granularity=group");
        add(fmt::format("group_size={}", to.group));
    }
    if (renewed || from.symmetric != to.symmetric)
        add(to.symmetric ? "symmetric=true" : "symmetric=false");
    if (from.columnGroups && !to.columnGroups && to.group != 0) add("static_groups=true");
    return values;
}

} // namespace bitsmith
