// What several families share: activation names, layers by name, and the LLaMA-shaped decoder that
// Mistral and Qwen vary.
#pragma once

#include "core/model/architecture.h"
#include "core/model/families/config_reader.h"

namespace bitsmith {

// "silu", "gelu_new", ... as transformers names them; an unknown one is noted as unsupported.
Activation readActivation(ConfigReader& config, std::string_view key, std::string_view missing);

// NAME.weight, and NAME.bias where asked for.
LinearSpec linearSpec(const std::string& name, std::size_t out, std::size_t in, bool bias);
NormSpec normSpec(const std::string& name, std::size_t size, bool bias);

// Notes a problem unless heads divide hidden; returns hidden / heads.
std::size_t headSize(ConfigReader& config, std::size_t hidden, std::size_t heads,
                     std::string_view hiddenKey, std::string_view headsKey);

// Defaults of one family's configuration class, and what it has beyond LLaMA.
struct LlamaShape {
    std::size_t hidden = 4096, mlpHidden = 11008, blocks = 32, heads = 32, vocabulary = 32000;
    std::size_t kvHeads = 0; // 0: as heads
    std::size_t headDim = 0; // 0: hidden / heads
    std::size_t maxPositions = 2048;
    bool qkvBias = false, outBias = false, mlpBias = false;
    bool headNorms = false; // RMS norms of each query and key head
};

// Reads all keys but the sliding window's. Problems are noted in `config`.
Architecture describeLlamaShape(ConfigReader& config, std::string_view family,
                                const LlamaShape& shape);

// layer_types where given, otherwise `window` from block `first` on. window 0: none.
void setWindows(ConfigReader& config, Architecture& architecture, std::size_t window,
                std::size_t first);

} // namespace bitsmith
