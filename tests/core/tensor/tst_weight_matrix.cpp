// core/tensor: matrices over stored bytes, in file order and transposed.
#include "core/base/random.h"
#include "core/tensor/convert.h"
#include "core/tensor/weight_matrix.h"

#include <QTest>

#include <vector>

using namespace bitsmith;

namespace {

struct Stored {
    std::vector<std::byte> bytes;
    TensorView view;
    Matrix values; // after rounding to the dtype
};

std::shared_ptr<const Stored> store(DType dtype, std::size_t rows, std::size_t cols,
                                    std::size_t offset = 0) {
    auto s = std::make_shared<Stored>();
    s->values = Matrix(rows, cols);
    Rng rng(1, "weights", "test");
    for (float& v : s->values.values()) v = static_cast<float>(rng.normal());
    s->bytes.resize(offset + rows * cols * byteSize(dtype));
    const auto bytes = std::span(s->bytes).subspan(offset);
    fromFloat(dtype, s->values.values(), bytes);
    toFloat(dtype, bytes, s->values.values());
    s->view = {dtype, {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)}, bytes};
    return s;
}

} // namespace

class TstWeightMatrix : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void storedRowsDecode() {
        for (const DType dtype :
             {DType::F64, DType::F32, DType::F16, DType::BF16, DType::F8E4M3, DType::F8E5M2}) {
            const auto s = store(dtype, 37, 53);
            const auto w = storedWeights(s->view, s);
            QVERIFY(decodeAll(*w) == s->values);
            QCOMPARE(w->storedBytes(), std::uint64_t{37 * 53 * byteSize(dtype)});
            QCOMPARE(w->denseFloats() != nullptr, dtype == DType::F32);
            std::vector<float> rows(2 * 53);
            w->decodeRows(35, 2, rows.data());
            QVERIFY(std::equal(rows.begin(), rows.end(), s->values.data() + 35 * 53));
        }
    }

    void unalignedFloatsAreNotBorrowed() {
        const auto s = store(DType::F32, 3, 5, 1);
        const auto w = storedWeights(s->view, s);
        QVERIFY(w->denseFloats() == nullptr);
        QVERIFY(decodeAll(*w) == s->values);
    }

    void transposedRowsAreFileColumns() {
        for (const std::size_t fileRows : {1, 64, 130})
            for (const std::size_t fileCols : {1, 63, 200}) {
                const auto s = store(DType::BF16, fileRows, fileCols);
                const auto w = transposedWeights(s->view, s);
                QCOMPARE(w->rows(), fileCols);
                QCOMPARE(w->cols(), fileRows);
                const Matrix all = decodeAll(*w);
                for (std::size_t r = 0; r < fileCols; ++r)
                    for (std::size_t c = 0; c < fileRows; ++c) QCOMPARE(all(r, c), s->values(c, r));
                const std::size_t first = fileCols / 2, count = fileCols - first;
                std::vector<float> part(count * fileRows);
                w->decodeRows(first, count, part.data());
                QVERIFY(std::equal(part.begin(), part.end(), all.data() + first * fileRows));
            }
    }

    void theOwnerOutlivesItsFile() {
        auto s = store(DType::F16, 4, 4);
        const Matrix expected = s->values;
        const auto w = storedWeights(s->view, s);
        s.reset();
        QVERIFY(decodeAll(*w) == expected);
    }

    void denseWeightsShareTheirFloats() {
        Matrix m(2, 3);
        m(1, 2) = 5;
        const auto w = denseWeights(m);
        QCOMPARE(w->denseFloats()[5], 5.0F);
        QCOMPARE(w->storedBytes(), std::uint64_t{24});
        QVERIFY(decodeAll(*w) == m);
    }
};

QTEST_GUILESS_MAIN(TstWeightMatrix)
#include "tst_weight_matrix.moc"
