#include "core/model/architecture.h"

#include "core/model/families/config_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bitsmith {

#define BITSMITH_ENTRY(id) const Family& families_##id();
#include "registered_families.inc"
#undef BITSMITH_ENTRY

std::span<const Family* const> allFamilies() {
    static const Family* const Families[] = {
#define BITSMITH_ENTRY(id) &families_##id(),
#include "registered_families.inc"
#undef BITSMITH_ENTRY
    };
    return Families;
}

Result<Architecture> describeArchitecture(const nlohmann::json& json) {
    ConfigReader config(json);
    const std::string type = config.text("model_type", "");
    if (const auto* quantization = config.value("quantization_config")) {
        std::string method = "an unknown method";
        if (quantization->is_object()) {
            ConfigReader nested(*quantization, "config.json: quantization_config");
            method = nested.text("quant_method", method);
        }
        config.unsupported(fmt::format("the weights are already quantized ({}); open the "
                                       "full-precision model instead",
                                       method));
    }
    BITSMITH_CHECK(config.status());
    std::string supported;
    for (const Family* family : allFamilies())
        for (const auto known : family->modelTypes) {
            if (known == type) return family->describe(json);
            supported.append(supported.empty() ? "" : ", ").append(known);
        }
    if (type.empty())
        return fail(ErrorCode::Unsupported,
                    "config.json: no 'model_type', so the architecture is unknown; supported: {}",
                    supported);
    return fail(ErrorCode::Unsupported,
                "config.json: the architecture '{}' is not supported; supported: {}", type,
                supported);
}

} // namespace bitsmith
