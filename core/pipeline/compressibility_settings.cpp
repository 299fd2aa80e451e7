// Which settings a study tries, and what their numbers should be like.
#include "core/pipeline/compressibility_settings.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

constexpr double Slack = 0.02; // bits and dB

// "g128": 128; nothing for other words.
std::optional<int> groupSizeOf(std::string_view granularity) {
    int size = 0;
    if (!granularity.starts_with('g')) return std::nullopt;
    const char* end = granularity.data() + granularity.size();
    const auto [at, error] = std::from_chars(granularity.data() + 1, end, size);
    if (error != std::errc() || at != end || size < 2 || size > 1 << 20) return std::nullopt;
    return size;
}

// Coarse to fine.
std::size_t fineness(const std::string& granularity) {
    if (granularity == "tensor") return 0;
    if (granularity == "row") return 1;
    return (std::size_t{1} << 30) - static_cast<std::size_t>(*groupSizeOf(granularity));
}

bool isAffine(const Recipe& recipe) { return recipe.stage("grid")->id == "affine"; }

Status check(const StudyOptions& options) {
    if (options.bits.empty() || options.recipes.empty())
        return fail(ErrorCode::Usage, "a study needs at least one width and one recipe");
    for (const int bits : options.bits)
        if (bits < 2 || bits > 8)
            return fail(ErrorCode::Usage, "codes of {} bits cannot be studied; use 2 to 8", bits);
    for (const std::string& granularity : options.granularities)
        if (granularity != "tensor" && granularity != "row" && !groupSizeOf(granularity))
            return fail(ErrorCode::Usage,
                        "unknown granularity '{}'; use tensor, row, or g and a group size (g128)",
                        granularity);
    for (const double alpha : options.smoothing)
        if (!(alpha >= 0 && alpha <= 1))
            return fail(ErrorCode::Usage, "a smoothing strength of {} is not in 0..1", alpha);
    return {};
}

} // namespace

std::string StudySetting::label() const {
    std::string out = fmt::format("{} {} bits", recipe, bits);
    if (granularity != "own") out += fmt::format(" {} {}", granularity, zero);
    if (smoothing >= 0) out += fmt::format(" smoothing {:.2f}", smoothing);
    return out;
}

Result<std::vector<StudySetting>> studySettings(const StudyOptions& options) {
    BITSMITH_CHECK(check(options));
    std::vector<StudySetting> out;
    for (const std::string& id : options.recipes) {
        BITSMITH_TRY(const auto recipe, findRecipe(id));
        if (recipe->needsStats() && options.text.empty())
            return fail(ErrorCode::Usage, "recipe '{}' needs a calibration text (--text)", id);
        const bool affine = isAffine(*recipe);
        for (const int bits : options.bits) {
            if (!affine) {
                if (predictLayout(256, 256, bits, *recipe)) out.push_back({id, bits, "own", "own"});
                continue;
            }
            for (const std::string& granularity : options.granularities)
                for (const char* zero : {"symmetric", "asymmetric"})
                    out.push_back({id, bits, granularity, zero});
        }
    }
    if (!options.text.empty())
        for (const int bits : options.bits)
            for (const double alpha : options.smoothing)
                out.push_back({"rtn", bits, "row", "symmetric", alpha});
    if (out.empty())
        return fail(ErrorCode::Usage, "none of the recipes has codes of the widths asked for");
    return out;
}

Result<std::shared_ptr<const Recipe>> studyRecipe(const StudySetting& setting) {
    BITSMITH_TRY(const auto recipe, findRecipe(setting.recipe));
    if (setting.granularity == "own") return recipe;
    nlohmann::ordered_json grid = {{"symmetric", setting.zero == "symmetric"},
                                   {"ragged", "short_last_group"}};
    if (const auto size = groupSizeOf(setting.granularity)) {
        grid["granularity"] = "group";
        grid["group_size"] = *size;
    } else {
        grid["granularity"] = setting.granularity == "row" ? "channel" : "tensor";
    }
    return withParameters(*recipe, {{"grid", std::move(grid)}});
}

std::vector<std::string> checkGranularities(const std::vector<StudySetting>& settings,
                                            const std::vector<StudyNumbers>& numbers) {
    std::vector<std::string> out;
    for (std::size_t i = 0; i < settings.size(); ++i)
        for (std::size_t j = 0; j < settings.size(); ++j) {
            const StudySetting &a = settings[i], &b = settings[j];
            const bool comparable = a.recipe == b.recipe && a.bits == b.bits && a.zero == b.zero &&
                                    a.smoothing < 0 && b.smoothing < 0 && a.zero != "own" &&
                                    numbers[i].weights > 0 && numbers[j].weights > 0;
            if (!comparable || fineness(a.granularity) >= fineness(b.granularity)) continue;
            if (numbers[i].entropy > numbers[j].entropy + Slack)
                out.push_back(fmt::format("{}: {:.3f} bits of entropy, more than {:.3f} of {}",
                                          a.label(), numbers[i].entropy, numbers[j].entropy,
                                          b.label()));
            if (numbers[i].sqnr > numbers[j].sqnr + Slack)
                out.push_back(fmt::format("{}: {:.2f} dB, more than {:.2f} of {}", a.label(),
                                          numbers[i].sqnr, numbers[j].sqnr, b.label()));
        }
    return out;
}

} // namespace bitsmith
