// Lagrangian allocation: within the budget to the byte, the optimum on convex choices, close to it
// on others.
#include "core/base/random.h"
#include "core/plan/allocation.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace bitsmith;

namespace {

double errorOf(const std::vector<SizeChoices>& tensors, const std::vector<std::size_t>& chosen) {
    double error = 0;
    for (std::size_t t = 0; t < tensors.size(); ++t) error += tensors[t][chosen[t]].error;
    return error;
}

std::uint64_t bytesOf(const std::vector<SizeChoices>& tensors,
                      const std::vector<std::size_t>& chosen) {
    std::uint64_t bytes = 0;
    for (std::size_t t = 0; t < tensors.size(); ++t) bytes += tensors[t][chosen[t]].bytes;
    return bytes;
}

// By trying everything.
double leastError(const std::vector<SizeChoices>& tensors, std::uint64_t budget) {
    std::vector<std::size_t> chosen(tensors.size());
    double least = std::numeric_limits<double>::infinity();
    for (;;) {
        if (bytesOf(tensors, chosen) <= budget) least = std::min(least, errorOf(tensors, chosen));
        std::size_t t = 0;
        while (t < tensors.size() && ++chosen[t] == tensors[t].size()) chosen[t++] = 0;
        if (t == tensors.size()) return least;
    }
}

} // namespace

class TstAllocation : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void closeToTheOptimumAndWithinTheBudget() {
        Rng rng(11);
        for (int trial = 0; trial < 60; ++trial) {
            std::vector<SizeChoices> tensors(5);
            std::uint64_t least = 0, most = 0;
            for (SizeChoices& choices : tensors) {
                const std::uint64_t weights = 100 + rng.below(1000);
                const double scale = std::exp2(4 * rng.uniform());
                for (int bits = 2; bits <= 6; ++bits)
                    choices.push_back({weights * static_cast<std::uint64_t>(bits) / 8,
                                       scale * std::exp2(-2 * bits)});
                least += choices.front().bytes;
                most += choices.back().bytes;
            }
            const std::uint64_t budget = least + rng.below(most - least + 1);
            const auto chosen = allocateLagrange(tensors, budget);
            QVERIFY(chosen.has_value());
            QVERIFY(bytesOf(tensors, *chosen) <= budget);
            const double best = leastError(tensors, budget);
            QVERIFY(errorOf(tensors, *chosen) <= 1.6 * best + 1e-12);
        }
    }

    void theEnds() {
        const std::vector<SizeChoices> tensors{{{10, 4}, {20, 1}}, {{5, 2}, {30, 1.9}}};
        QCOMPARE(*allocateLagrange(tensors, 15), (std::vector<std::size_t>{0, 0}));
        QCOMPARE(*allocateLagrange(tensors, 25), (std::vector<std::size_t>{1, 0}));
        QCOMPARE(*allocateLagrange(tensors, 49), (std::vector<std::size_t>{1, 0}));
        QCOMPARE(*allocateLagrange(tensors, 1'000'000), (std::vector<std::size_t>{1, 1}));
        const auto none = allocateLagrange(tensors, 14);
        QVERIFY(!none);
        QCOMPARE(none.error().code, ErrorCode::Usage);
        QVERIFY(none.error().message.find("15 bytes") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstAllocation)
#include "tst_allocation.moc"
