// The exact allocator against trying everything, and against all others where that is too much.
#include "core/allocate/allocator.h"
#include "tests/core/allocate/problems.h"

#include <QTest>

#include <chrono>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

const Allocator& exact() { return **findAllocator("knapsack"); }

// A transformer of 7 kinds of matrices whose losses fall by about a quarter a bit.
AllocationProblem largeProblem(std::size_t items, bool sameShapes, double share) {
    constexpr double Sizes[] = {1 << 24, 1 << 22, 1 << 22, 1 << 24, 58720256, 58720256, 58720256};
    Rng rng(3, "large", "knapsack");
    AllocationProblem problem;
    std::uint64_t least = 0, most = 0;
    for (std::size_t i = 0; i < items; ++i) {
        AllocationItem item;
        item.weights = sameShapes ? Sizes[i % 7] : 1e4 + static_cast<double>(rng.below(1 << 26));
        item.score = std::exp2(6 * rng.uniform());
        const double fall = 2 + 0.2 * rng.normal();
        for (int bits = 2; bits < 10; ++bits)
            item.choices.push_back({static_cast<std::uint64_t>(item.weights * (bits + 0.25) / 8),
                                    item.score * std::exp2(-fall * bits) * (1 + 0.1 * rng.normal()),
                                    static_cast<double>(bits)});
        least += item.choices.front().bytes;
        most += item.choices.back().bytes;
        problem.items.push_back(std::move(item));
    }
    problem.budget = least + static_cast<std::uint64_t>(share * static_cast<double>(most - least));
    return problem;
}

} // namespace

class TstKnapsack : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theOptimumOfThousandsOfProblems() {
        int solved = 0, refused = 0, mixed = 0;
        for (std::uint64_t seed = 0; seed < 4000; ++seed) {
            const AllocationProblem problem = randomProblem(seed);
            const auto best = leastLoss(problem);
            const auto found = exact().allocate(problem);
            const auto say = [&](const char* what) {
                return QStringLiteral("seed %1: %2").arg(seed).arg(QLatin1String(what));
            };
            if (!best) {
                QVERIFY2(!found, qPrintable(say("should have been refused")));
                ++refused;
                continue;
            }
            if (!found) { // everything locked is refused too
                QVERIFY2(found.error().message.find("are locked") != std::string::npos,
                         qPrintable(say(found.error().message.c_str())));
                continue;
            }
            QVERIFY2(allowed(problem, found->chosen), qPrintable(say("not allowed")));
            QVERIFY2(found->optimal, qPrintable(say("not proven")));
            QVERIFY2(std::abs(found->loss - *best) <= 1e-12 * (1 + std::abs(*best)),
                     qPrintable(QStringLiteral("seed %1: %2, not %3")
                                    .arg(seed)
                                    .arg(found->loss, 0, 'g', 17)
                                    .arg(*best, 0, 'g', 17)));
            QCOMPARE(found->gap(), 0.0);
            ++solved;
            mixed += !problem.tied.empty();
        }
        QVERIFY2(solved > 3000 && refused > 50 && mixed > 500,
                 qPrintable(QStringLiteral("%1 %2 %3").arg(solved).arg(refused).arg(mixed)));
    }

    // Also where trying everything would take too long.
    void neverWorseThanAnyOther() {
        for (std::uint64_t seed = 0; seed < 1500; ++seed) {
            const AllocationProblem problem =
                randomProblem(10'000 + seed, {.mostItems = 40, .mostChoices = 9});
            const auto best = exact().allocate(problem);
            for (const Allocator* other : allAllocators()) {
                const auto found = other->allocate(problem);
                if (!found) continue;
                QVERIFY2(best.has_value(), other->info().id.data());
                QVERIFY2(allowed(problem, found->chosen), other->info().id.data());
                const double tiny = 1e-12 * (1 + std::abs(found->loss));
                QVERIFY2(best->loss <= found->loss + tiny, other->info().id.data());
                // Bounds hold: nobody's lies above the optimum.
                QVERIFY2(found->leastLoss <= best->loss + tiny, other->info().id.data());
                QVERIFY(!found->optimal || found->loss <= best->loss + tiny);
            }
        }
    }

    void aThousandTensors_data() {
        QTest::addColumn<bool>("sameShapes");
        QTest::addColumn<double>("share");
        for (const double share : {0.03, 0.2, 0.5, 0.9}) {
            QTest::addRow("shapes, %g", share) << true << share;
            QTest::addRow("sizes, %g", share) << false << share;
        }
    }
    void aThousandTensors() {
        QFETCH(bool, sameShapes);
        QFETCH(double, share);
        const AllocationProblem problem = largeProblem(1000, sameShapes, share);
        const auto found = exact().allocate(problem);
        QVERIFY(found.has_value());
        QVERIFY(found->optimal);
        QVERIFY(found->notes.empty());
        const auto priced = (*findAllocator("lagrange"))->allocate(problem);
        QVERIFY(found->loss <= priced->loss);
        QVERIFY(priced->leastLoss <= found->loss * (1 + 1e-12));
        // A size that no user should wait for; the time itself is measured by ./dev bench.
        const auto start = std::chrono::steady_clock::now();
        QVERIFY(exact().allocate(problem).has_value());
        QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
    }

    // A limit that stops the search is told, with a bound that holds.
    void saysWhatIsNotProven() {
        // Subset sums: every choice has the same loss for a byte, only exact fits differ.
        AllocationProblem problem;
        Rng rng(8);
        std::uint64_t most = 0;
        for (std::size_t i = 0; i < 60; ++i) {
            AllocationItem item;
            const std::uint64_t bytes = 2 * (50'000'000 + rng.below(100'000'000));
            item.choices = {{0, static_cast<double>(bytes), 1}, {bytes, 0, 2}};
            most += bytes;
            problem.items.push_back(std::move(item));
        }
        problem.budget = most / 2 / 2 * 2;
        auto params = exact().defaults();
        QVERIFY(params->set("work", 2000).has_value());
        const auto stopped = exact().allocate(problem, *params);
        QVERIFY(stopped.has_value());
        QVERIFY(!stopped->optimal);
        QVERIFY(stopped->gap() > 0);
        QCOMPARE(stopped->notes.size(), std::size_t{1});
        QVERIFY(stopped->notes[0].find("not proven") != std::string::npos);
        QVERIFY(params->set("work", 50'000'000).has_value());
        const auto further = exact().allocate(problem, *params);
        QVERIFY(further->loss <= stopped->loss);
        QVERIFY(stopped->leastLoss <= further->loss + 1e-6);
        QVERIFY(allowed(problem, stopped->chosen) && allowed(problem, further->chosen));
    }
};

QTEST_GUILESS_MAIN(TstKnapsack)
#include "tst_knapsack.moc"
