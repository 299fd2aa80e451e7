// All allocators: budgets to the byte, locks, ties and limits; what each is known for; errors that
// say what to do; the curve.
#include "core/allocate/allocator.h"
#include "tests/core/allocate/problems.h"

#include <QTest>

#include <set>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

const Allocator& allocator(const char* id) { return **findAllocator(id); }

Result<Allocation> with(const char* id, const AllocationProblem& problem,
                        const std::vector<std::pair<const char*, FieldValue>>& values = {}) {
    auto params = allocator(id).defaults();
    for (const auto& [key, value] : values)
        if (!params->set(key, value)) throw std::runtime_error(key);
    return allocator(id).allocate(problem, *params);
}

// Losses as quantization has them: equal sizes, each tensor `scores[i]` times as sensitive.
AllocationProblem scored(const std::vector<double>& scores, std::uint64_t budget) {
    AllocationProblem problem{.budget = budget};
    for (const double score : scores) {
        AllocationItem item{.score = score, .weights = 80};
        for (int bits = 2; bits <= 8; ++bits)
            item.choices.push_back({static_cast<std::uint64_t>(10 * bits),
                                    score * std::exp2(-2 * bits), double(bits)});
        problem.items.push_back(std::move(item));
    }
    return problem;
}

std::vector<double> widths(const AllocationProblem& problem, const Allocation& allocation) {
    std::vector<double> out;
    for (std::size_t i = 0; i < problem.items.size(); ++i)
        out.push_back(problem.items[i].choices[allocation.chosen[i]].width);
    return out;
}

bool says(const Result<Allocation>& result, const char* part) {
    if (result || result.error().code != ErrorCode::Usage) return false;
    return result.error().message.find(part) != std::string::npos;
}

using Widths = std::vector<double>;

} // namespace

class TstAllocators : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepToWhatIsAsked() {
        std::set<std::string_view> ids, worked;
        for (const Allocator* a : allAllocators()) ids.insert(a->info().id);
        QCOMPARE(ids.size(), allAllocators().size());
        for (std::uint64_t seed = 0; seed < 3000; ++seed) {
            const AllocationProblem problem = randomProblem(seed, {.mostItems = 12});
            for (const Allocator* a : allAllocators()) {
                const auto found = a->allocate(problem);
                if (!found) continue;
                worked.insert(a->info().id);
                const auto what = fmt::format("{}, seed {}", a->info().id, seed);
                QVERIFY2(allowed(problem, found->chosen), what.c_str());
                std::uint64_t bytes = 0;
                for (std::size_t i = 0; i < problem.items.size(); ++i)
                    bytes += problem.items[i].choices[found->chosen[i]].bytes;
                QCOMPARE(found->bytes, bytes);
                QCOMPARE(found->loss, lossOf(problem, found->chosen));
                QVERIFY2(found->leastLoss <= found->loss, what.c_str());
                QCOMPARE(a->allocate(problem)->chosen, found->chosen);
            }
        }
        QVERIFY(worked == ids);
    }

    // The Lagrangian is at most one step of its hull away from the optimum (methods-a 10.3).
    void pricesComeCloseToTheOptimum() {
        for (std::uint64_t seed = 0; seed < 2000; ++seed) {
            const AllocationProblem problem = randomProblem(seed, {.ties = false, .locks = false});
            const auto best = allocator("knapsack").allocate(problem);
            if (!best) continue;
            double largest = 0;
            for (const AllocationItem& item : problem.items)
                for (const Choice& a : item.choices)
                    for (const Choice& b : item.choices)
                        largest = std::max(largest, a.loss - b.loss);
            for (const char* id : {"lagrange", "greedy"}) {
                const auto found = allocator(id).allocate(problem);
                QVERIFY(found.has_value());
                QVERIFY2(found->loss <= best->loss + largest + 1e-12, id);
            }
        }
    }

    void theEnds() {
        AllocationProblem problem;
        problem.items.resize(2);
        problem.items[0].choices = {{10, 4, 1}, {20, 1, 2}};
        problem.items[1].choices = {{5, 2, 1}, {30, 1.9, 2}};
        const auto chosen = [&](const char* id, std::uint64_t budget) {
            problem.budget = budget;
            return allocator(id).allocate(problem)->chosen;
        };
        for (const char* id : {"lagrange", "greedy", "knapsack"}) {
            QCOMPARE(chosen(id, 15), (std::vector<std::size_t>{0, 0}));
            QCOMPARE(chosen(id, 25), (std::vector<std::size_t>{1, 0}));
            QCOMPARE(chosen(id, 49), (std::vector<std::size_t>{1, 0}));
            QCOMPARE(chosen(id, 1'000'000), (std::vector<std::size_t>{1, 1}));
        }
    }

    void uniformIsTheLargestCommonWidth() {
        auto problem = scored({1, 2, 4}, 130);
        const auto found = with("uniform", problem);
        QCOMPARE(widths(problem, *found), (Widths{4, 4, 4}));
        QCOMPARE(found->bytes, std::uint64_t{120});
        QVERIFY(!found->notes.empty() && found->notes[0].find("10 bytes") != std::string::npos);
        problem.items[1].choices.resize(2); // has 2 and 3 bits only
        QCOMPARE(widths(problem, *with("uniform", problem)), (Widths{5, 3, 5}));
    }

    // Scores decide, not losses: the larger width goes down the ranking as far as the bytes do.
    void qbertRanksByScore() {
        auto problem = scored({3, 9, 1, 5, 7}, 160);
        for (AllocationItem& item : problem.items)
            for (Choice& c : item.choices) c.loss = 1 / c.width;
        QCOMPARE(widths(problem, *with("qbert", problem, {{"high", 4}, {"low", 2}})),
                 (Widths{2, 4, 2, 4, 4}));
        QCOMPARE(widths(problem, *with("qbert", problem)), (Widths{3, 4, 3, 3, 3}));
        problem.items[3].score = std::numeric_limits<double>::quiet_NaN();
        problem.items[3].name = "q";
        QVERIFY(says(with("qbert", problem), "item 3, q"));
        QVERIFY(says(with("cptquant", problem), "1 of 5"));
        QVERIFY(with("lagrange", problem).has_value());
        problem = scored({1, 2}, 100);
        QVERIFY(says(with("qbert", problem, {{"high", 8}, {"low", 6}}), "20 more than there are"));
        QVERIFY(says(with("qbert", problem, {{"high", 2}, {"low", 3}}), "below the smaller"));
    }

    // Clusters {100, 98}, {50, 51, 49}, {1, 2} by eye; then boundaries move down together.
    void cptquantSortsItsClusters() {
        const std::vector<double> scores{1, 100, 50, 2, 98, 51, 49};
        auto problem = scored(scores, 2 * 80 + 3 * 40 + 2 * 20);
        const auto natural = with("cptquant", problem);
        QCOMPARE(widths(problem, *natural), (Widths{2, 8, 4, 2, 8, 4, 4}));
        QVERIFY(natural->notes[0].find("2, 3 and 2 tensors became 2, 3 and 2") !=
                std::string::npos);
        problem.budget -= 60;
        QCOMPARE(widths(problem, *with("cptquant", problem)), (Widths{2, 8, 4, 2, 4, 4, 2}));
        problem.budget = 7 * 80;
        QCOMPARE(widths(problem, *with("cptquant", problem)), (Widths{8, 8, 8, 8, 8, 8, 8}));
        QVERIFY(says(with("cptquant", problem, {{"middle", 1}}), "must not rise"));
    }

    // A sensitivity that means something beats its own ranking dealt out at random or turned round.
    void controlsAreWorse() {
        double ours = 0, random = 0, reversed = 0;
        std::set<std::vector<std::size_t>> deals;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            Rng rng(seed, "scores", "controls");
            std::vector<double> scores;
            for (int i = 0; i < 60; ++i) scores.push_back(std::exp2(8 * rng.uniform()));
            const auto problem = scored(scores, 60 * 40);
            const auto r = with("random", problem, {{"seed", 3}});
            QCOMPARE(with("lagrange", problem)->bytes, std::uint64_t{2400});
            QCOMPARE(r->bytes, std::uint64_t{2400});
            QCOMPARE(with("reversed", problem)->bytes, std::uint64_t{2400});
            ours += with("lagrange", problem)->loss;
            random += r->loss;
            reversed += with("reversed", problem)->loss;
            if (seed == 0)
                for (int s = 0; s < 8; ++s)
                    deals.insert(with("random", problem, {{"seed", s}})->chosen);
        }
        QVERIFY(ours < 0.6 * random);
        QVERIFY(random < 0.9 * reversed);
        QCOMPARE(deals.size(), std::size_t{8});
    }

    void errorsSayWhatToDo() {
        auto problem = scored({1, 2, 3}, 59);
        problem.items[1].name = "mlp.up";
        const auto least = with("lagrange", problem);
        QVERIFY(says(least, "at least 60 bytes"));
        QVERIFY(says(least, "1 more") && says(least, "'mlp.up' (20)"));
        problem.budget = 200;
        problem.items[0].locked = true;
        problem.items[0].chosen = 6; // 80 bytes
        problem.budget = 119;
        QVERIFY(says(with("uniform", problem), "80 locked"));
        for (AllocationItem& item : problem.items) item.locked = true;
        QVERIFY(says(with("greedy", problem), "all 3 tensors are locked"));
        problem = scored({1, 2, 3}, 200);
        problem.leastWidth = 9;
        QVERIFY(says(with("lagrange", problem), "no width from 9 to inf"));
        problem = scored({1, 2, 3}, 200);
        problem.items[2].choices[4].loss = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(says(with("knapsack", problem), "item 2 (item 2): the loss of its choice 4"));
        problem = scored({1, 2, 3}, 200);
        problem.tied = {{0, 7}};
        QVERIFY(says(with("lagrange", problem), "names item 7; there are 3"));
        problem.tied = {{0, 1}};
        problem.items[1].choices.erase(problem.items[1].choices.begin() + 1,
                                       problem.items[1].choices.end());   // 2 bits
        problem.items[0].choices.erase(problem.items[0].choices.begin()); // 3 to 8
        QVERIFY(says(with("lagrange", problem), "no width in common"));
        problem.items[1].choices = {{10, 1, 3}, {12, 0.5, 3}};
        QVERIFY(says(with("lagrange", problem), "two choices of width 3"));
        problem.items[1].choices.clear();
        QVERIFY(says(with("lagrange", problem), "no choice"));
        QVERIFY(!findAllocator("best"));
        QVERIFY(findAllocator("best").error().message.find("lagrange, greedy, knapsack") !=
                std::string::npos);
    }

    // A locked member decides for all it is tied to, through other ties and beyond the limits.
    void locksDecideForWhatIsTied() {
        auto problem = scored({1, 2, 3, 4}, 1000);
        problem.tied = {{0, 1}, {1, 2}};
        problem.items[2].locked = true;
        problem.items[2].chosen = 1;
        problem.mostWidth = 6;
        problem.leastWidth = 5;
        for (const Allocator* a : allAllocators()) {
            if (a->info().id == "cptquant") continue; // has no width from 5 to 6 by itself
            const auto found = a->allocate(problem);
            QVERIFY2(found.has_value(), a->info().id.data());
            QCOMPARE(widths(problem, *found)[0], 3.0);
            QCOMPARE(widths(problem, *found)[1], 3.0);
            QVERIFY(widths(problem, *found)[3] >= 5 && widths(problem, *found)[3] <= 6);
        }
        problem.items[0].locked = true;
        problem.items[0].chosen = 2;
        QVERIFY(says(with("lagrange", problem), "tied, but have no width in common"));
    }

    // Breakpoints of the curve are what the exact allocator finds at their bytes; none lies below
    // the line through them.
    void theCurveIsTheHull() {
        for (std::uint64_t seed = 0; seed < 300; ++seed) {
            AllocationProblem problem = randomProblem(seed);
            const auto curve = paretoCurve(problem);
            if (!curve) continue;
            QVERIFY(!curve->empty());
            for (std::size_t k = 0; k < curve->size(); ++k) {
                const CurvePoint& point = (*curve)[k];
                problem.budget = point.bytes;
                const auto found = allocator("knapsack").allocate(problem);
                QVERIFY(found.has_value());
                QVERIFY(std::abs(found->loss - point.loss) < 1e-9);
                if (k == 0) continue;
                const CurvePoint& before = (*curve)[k - 1];
                QVERIFY(before.bytes < point.bytes && before.loss > point.loss);
                QVERIFY(before.price >= point.price);
                problem.budget = before.bytes + (point.bytes - before.bytes) / 2;
                const auto between = allocator("knapsack").allocate(problem);
                const double line =
                    before.loss - point.price * double(problem.budget - before.bytes);
                QVERIFY(between->loss >= line - 1e-9);
            }
        }
    }

    void theCurveIsThinned() {
        const auto problem = scored({1, 5, 9, 12, 20, 33, 2, 3, 4, 8}, 0);
        const auto all = paretoCurve(problem), some = paretoCurve(problem, 12);
        QCOMPARE(all->size(), std::size_t{61}); // 10 tensors of 6 steps
        QVERIFY(some->size() > 8 && some->size() <= 12);
        QCOMPARE(some->front().bytes, std::uint64_t{200});
        QCOMPARE(some->back().bytes, std::uint64_t{800});
        QCOMPARE(some->front().meanWidth, 2.0);
        QVERIFY(std::abs(some->back().meanWidth - 8) < 1e-12);
        QVERIFY(std::isinf(all->front().price));
    }
};

QTEST_GUILESS_MAIN(TstAllocators)
#include "tst_allocators.moc"
