// A matrix of codebooks, decoded by numpy from its bytes.
#pragma once

#include "core/tensor/quantized_matrix.h"
#include "tests/core/quant/golden_script.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace bitsmith::test {

struct DecodedBooks {
    QString problem;            // empty: none
    std::vector<float> values;  // rows x cols
    std::vector<double> levels; // groups x 2^bits
};

inline DecodedBooks decodedByNumpy(const QuantizedMatrix& m) {
    const GoldenScript script;
    const nlohmann::json json = {{"grid", m.grid},
                                 {"rows", m.rows},
                                 {"cols", m.cols},
                                 {"bits", m.bits},
                                 {"group_size", m.groupSize},
                                 {"rank", m.book.rank},
                                 {"width", m.book.width},
                                 {"block", m.book.block}};
    script.write("case.json", json.dump());
    script.write("codes.u8", std::span(m.codes));
    script.write("books.u8", std::span(m.books));
    DecodedBooks out;
    out.problem = script.run("codebook/books_numpy.py");
    if (!out.problem.isEmpty()) return out;
    out.values = script.read<float>("values.f32");
    out.levels = script.read<double>("levels.f64");
    const Matrix own = decode(m);
    for (std::size_t i = 0; i < out.values.size(); ++i)
        if (std::abs(own.values()[i] - out.values[i]) > 1e-5F * (1 + std::abs(out.values[i])))
            out.problem = QStringLiteral("weight %1 is %2, not %3")
                              .arg(i)
                              .arg(double(own.values()[i]))
                              .arg(double(out.values[i]));
    return out;
}

} // namespace bitsmith::test
