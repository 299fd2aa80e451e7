// Which tensor of a GGUF is which tensor of an architecture, and how their rows are ordered. The
// names and orders are those of llama.cpp (gguf-py/gguf/tensor_mapping.py, convert_hf_to_gguf.py).
#pragma once

#include "core/model/architecture.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// Where a GGUF keeps the rows of a matrix (or the elements of its bias) in another order.
struct RowOrder {
    enum class Kind : std::uint8_t {
        Same,
        Interleaved, // the two halves of each head, which rotate together, alternate
        Parts        // q, k and v of all heads one after the other; the model has them head by head
    };
    Kind kind = Kind::Same;
    std::size_t heads = 0, headDim = 0;

    bool isSame() const { return kind == Kind::Same; }
    // result[r]: the row of the file that is the model's row r. Empty where the order is the same.
    std::vector<std::uint32_t> fileRows() const;
};

struct GgufTensorUse {
    std::string model, file; // names: the model's, and in the GGUF
    std::size_t rows = 0;    // 1 for vectors
    std::size_t cols = 0;    // the fastest dimension of the file
    bool isVector = false;
    bool transposed = false; // the model stores it (in, out); the GGUF always (out, in)
    bool isTable = false;    // embedding and positions: rows are looked up
    RowOrder order;
};

// The name of a family in `general.architecture`; empty where llama.cpp has none (OPT).
std::string_view ggufArchitecture(std::string_view family);
// The family of such a name; empty if unknown.
std::string_view familyOfGguf(std::string_view architecture);

// All tensors that the architecture uses. A tied head is not listed.
std::vector<GgufTensorUse> ggufTensors(const Architecture& architecture);

inline constexpr std::string_view GgufEmbedding = "token_embd.weight";
inline constexpr std::string_view GgufHead = "output.weight";
// Of Bitsmith's own: "gelu" or "gelu_new", where it is not what the architecture usually has.
inline constexpr std::string_view GgufActivation = "bitsmith.hidden_act";
inline constexpr std::string_view GgufRopeFactors = "rope_freqs.weight";

} // namespace bitsmith
