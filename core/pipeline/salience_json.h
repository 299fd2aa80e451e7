// The numbers of core/pipeline/salience.h as JSON: what the store keeps and the command line
// prints.
#pragma once

#include "core/pipeline/salience.h"

#include <nlohmann/json_fwd.hpp>

namespace bitsmith {

nlohmann::ordered_json toJson(const SalienceNumbers& numbers);
nlohmann::ordered_json toJson(const OutlierNumbers& numbers);
nlohmann::ordered_json toJson(const SpectrumNumbers& numbers);

// From a row of the store. Errors (BadInput): not what toJson writes.
Result<SalienceNumbers> salienceFromJson(const std::string& text);
Result<OutlierNumbers> outliersFromJson(const std::string& text);
Result<SpectrumNumbers> spectrumFromJson(const std::string& text);

} // namespace bitsmith
