#include "core/pipeline/salience_json.h"

#include <nlohmann/json.hpp>

namespace bitsmith {

using Json = nlohmann::ordered_json;

static void to_json(Json& json, const TopShares& s) {
    json = {{"0.1%", s.p01}, {"1%", s.p1}, {"5%", s.p5}};
}
static void from_json(const Json& json, TopShares& s) {
    json.at("0.1%").get_to(s.p01);
    json.at("1%").get_to(s.p1);
    json.at("5%").get_to(s.p5);
}

namespace {

// One list of fields per struct serves both directions.
template <class Numbers, class Field>
requires std::is_same_v<std::remove_const_t<Numbers>, SalienceNumbers>
void fields(Numbers& n, Field&& field) {
    field("metric", n.metric);
    field("input", n.input);
    field("rows", n.rows);
    field("cols", n.cols);
    field("mean", n.mean);
    field("max", n.max);
    field("non_finite", n.nonFinite);
    field("kurtosis", n.kurtosis);
    field("top_weights", n.topWeights);
    field("top_channels", n.topChannels);
    field("top_rows", n.topRows);
    field("channel_ratio", n.channelRatio);
    field("outliers", n.outliers);
    field("outlier_channels", n.outlierChannels);
    field("groups", n.groups);
    field("damping", n.damping);
    field("notes", n.notes);
}

template <class Numbers, class Field>
requires std::is_same_v<std::remove_const_t<Numbers>, OutlierNumbers>
void fields(Numbers& n, Field&& field) {
    field("input", n.input);
    field("rows", n.rows);
    field("cols", n.cols);
    field("kurtosis", n.kurtosis);
    field("largest_weight", n.largestWeight);
    field("weight_ratio", n.weightRatio);
    field("weight_outliers", n.weightOutliers);
    field("weight_channels", n.weightChannels);
    field("input_ratio", n.inputRatio);
    field("input_peak", n.inputPeak);
    field("input_outliers", n.inputOutliers);
    field("input_channels", n.inputChannels);
}

template <class Numbers, class Field>
requires std::is_same_v<std::remove_const_t<Numbers>, SpectrumNumbers>
void fields(Numbers& n, Field&& field) {
    field("count", n.count);
    field("energy", n.energy);
    field("largest", n.largest);
    field("effective_rank", n.effectiveRank);
    field("stable_rank", n.stableRank);
    field("rank_90", n.rank90);
    field("rank_99", n.rank99);
    field("numerical_rank", n.numericalRank);
    field("ranks", n.ranks);
    field("values", n.values);
}

template <class Numbers>
Json written(const Numbers& numbers) {
    Json out;
    fields(numbers, [&](const char* name, const auto& value) { out[name] = value; });
    return out;
}

template <class Numbers>
Result<Numbers> read(const std::string& text) {
    Numbers out;
    try {
        const Json json = Json::parse(text);
        fields(out, [&](const char* name, auto& value) { json.at(name).get_to(value); });
    } catch (const Json::exception& e) {
        return fail(ErrorCode::BadInput,
                    "the experiment database holds a row that cannot be read ({}); --again "
                    "computes it anew",
                    e.what());
    }
    return out;
}

} // namespace

Json toJson(const SalienceNumbers& numbers) { return written(numbers); }
Json toJson(const OutlierNumbers& numbers) { return written(numbers); }
Json toJson(const SpectrumNumbers& numbers) { return written(numbers); }

Result<SalienceNumbers> salienceFromJson(const std::string& text) {
    return read<SalienceNumbers>(text);
}
Result<OutlierNumbers> outliersFromJson(const std::string& text) {
    return read<OutlierNumbers>(text);
}
Result<SpectrumNumbers> spectrumFromJson(const std::string& text) {
    return read<SpectrumNumbers>(text);
}

} // namespace bitsmith
