// What a GGUF of a model will hold: its tensors in their order with their types, and its metadata.
// Made from headers alone (and from scales that F16 may not hold). Private to core/exporters.
#pragma once

#include "core/exporters/exporter.h"
#include "core/io/gguf_file.h"
#include "core/model/gguf/gguf_names.h"

#include <string>
#include <vector>

namespace bitsmith {

struct GgufExportParams {
    std::string dense = "keep", otherwise = "refuse";
    int splitSize = 0; // MB
    void describe(auto&& field) {
        field("dense", dense,
              {"Unquantized matrices",
               "Type of the matrices that are not quantized, embedding and head among them; norms "
               "and biases are F32",
               0,
               0,
               {"keep", "F32", "F16", "BF16", "Q8_0"}});
        field("otherwise", otherwise,
              {"What does not fit",
               "Type of the quantized matrices that GGUF blocks cannot hold exactly; F32 keeps "
               "their values",
               0,
               0,
               {"refuse", "F32", "F16", "BF16", "Q8_0"}});
        field("split_size", splitSize,
              {"Split after", "MB of tensors in each file; 0: one file", 0, 1000000});
    }
};

struct GgufPlanItem {
    enum class Kind : std::uint8_t { Blocks, Rows, Vector, RopeFactors };
    GgufTensorUse use;
    Kind kind = Kind::Rows; // Blocks: repacked codes; Rows: decoded and written as `format`
    const BlockFormat* format = nullptr;
    std::string from, note;
    bool isCopy = false; // of the embedding, as head
};

struct GgufPlan {
    GgufMetadata metadata;
    std::vector<GgufPlanItem> items;
    std::vector<float> ropeFactors;
    std::vector<ExportProblem> problems;
    std::vector<std::string> notes;
    std::vector<GgufWriter::Declaration> declarations() const;
    std::uint64_t splitBytes = 0;
};

// Errors: those of reading the model's files. What GGUF cannot hold is a problem, not an error.
Result<GgufPlan> planGguf(const Model& model, const GgufExportParams& params);

} // namespace bitsmith
