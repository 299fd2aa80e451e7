// Budgets on the demo model: bytes really written, locks, limits, targets that join tensors, losses
// from elsewhere; and a plan of a thousand tensors that follows a slider.
#include "core/pipeline/budget.h"
#include "core/pipeline/engine.h"
#include "core/pipeline/quantize.h"

#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <map>
#include <set>

using namespace bitsmith;
namespace fs = std::filesystem;

namespace {

std::shared_ptr<const Plan> planOf(const Model& model, const char* recipe, int bits,
                                   const std::vector<std::string>& settings = {}) {
    auto p = makePlan(model.name(), model.contentKey(), planTensors(model),
                      findRecipe(recipe).value(), bits)
                 .value();
    for (const auto& setting : settings) p = withSetting(*p, setting).value();
    return p;
}

std::map<std::string, int> widths(const Plan& plan) { // by block and role
    std::map<std::string, int> out;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i)
        if (plan.tensors[i]->recipe)
            out[fmt::format("{}.{}", plan.model_tensors[i].block, plan.model_tensors[i].role)] =
                plan.tensors[i]->bits;
    return out;
}

// Every tensor of one kind loses nothing from 5 bits on, the others the less the wider they are.
class MeasuredLosses final : public LossSource {
public:
    explicit MeasuredLosses(const Plan& plan) : m_plan(plan) {}
    std::string name() const override { return "a measurement"; }
    Result<std::vector<double>> losses(std::size_t row,
                                       std::span<const double> widths) const override {
        std::vector<double> out;
        if (m_plan.model_tensors[row].block < 0)
            return fail(ErrorCode::Usage, "'{}' was not measured", m_plan.tensors[row]->tensor);
        for (const double w : widths)
            out.push_back(m_plan.model_tensors[row].role == "mlp.down" ? std::max(0.0, 5 - w) * 1e3
                                                                       : std::exp2(-w));
        return out;
    }
    double score(std::size_t row) const override {
        return m_plan.model_tensors[row].role == "mlp.down" ? 2 : 1;
    }

private:
    const Plan& m_plan;
};

} // namespace

class TstBudget : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::shared_ptr<const Model> m_model;
    Engine m_engine;

    BudgetProblem problem(const std::shared_ptr<const Plan>& plan,
                          const BudgetProblemOptions& options = {}) const {
        RunContext context;
        auto made = makeBudgetProblem(*m_model, plan, options, context);
        if (!made) throw std::runtime_error(made.error().message);
        return *std::move(made);
    }

private Q_SLOTS:
    void initTestCase() {
        m_model = openModel(fs::path(BITSMITH_SOURCE_DIR "/resources/demo/model")).value();
        m_engine = makeEngine("cpu", {}).value();
    }

    // Predicted and written, in bits per weight and in bytes of all files, whatever the allocator.
    void bytesAreMetByAll() {
        const auto plan = planOf(*m_model, "rtn", 4, {"0.attn.q:bits=7,lock"});
        const BudgetProblem made = problem(plan, {.containerBytes = true});
        const std::uint64_t wanted = made.otherBytes + made.weights * 43 / 80; // 4.3 bits
        for (const Allocator* allocator : allAllocators())
            for (const bool inBytes : {false, true}) {
                Budget budget{.allocator = std::string(allocator->info().id)};
                if (inBytes)
                    budget.bytes = wanted;
                else
                    budget.bitsPerWeight = 4.3;
                const auto done = allocate(made, budget);
                QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
                QCOMPARE(widths(*done->plan).at("0.attn.q"), 7);
                QCOMPARE(done->plan->quantizedBytes, done->allocation.bytes);
                QVERIFY(done->plan->bitsPerWeight() <= 4.3);
                RunContext context;
                const auto out = fs::path(m_dir.path().toStdString()) /
                                 fmt::format("{}-{}", allocator->info().id, inBytes);
                const auto written =
                    quantize(m_model, done->plan, {.output = out}, m_engine, context);
                QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
                std::uint64_t bytes = 0;
                for (const auto& file : fs::recursive_directory_iterator(out))
                    if (file.is_regular_file()) bytes += file.file_size();
                QCOMPARE(bytes, written->bytes);
                if (inBytes) QVERIFY(bytes <= wanted);
                QCOMPARE(written->bitsPerWeight, done->plan->bitsPerWeight());
                const auto id = allocator->info().id;
                if (id != "uniform" && id != "cptquant") { // which cannot fill up
                    QVERIFY2(done->plan->bitsPerWeight() > 4.2, id.data());
                    if (inBytes) QVERIFY2(double(bytes) > 0.98 * double(wanted), id.data());
                }
            }
    }

    // Rates of entropy-coded lattices: a common one fills the budget too.
    void ratesAreMetByAll() {
        const BudgetProblem made = problem(planOf(*m_model, "ecq", 4));
        const auto most = static_cast<std::uint64_t>(2.71 * double(made.weights) / 8);
        for (const Allocator* allocator : allAllocators()) {
            const auto id = allocator->info().id;
            const auto done = allocate(made, {.bitsPerWeight = 2.71, .allocator = std::string(id)});
            QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
            QVERIFY2(done->plan->quantizedBytes <= most, id.data());
            QCOMPARE(done->allocation.bytes, done->plan->quantizedBytes);
            if (id != "cptquant" && id != "qbert")
                QVERIFY2(done->plan->quantizedBytes > most - most / 1000, id.data());
        }
    }

    void betterThanUniformAndControls() {
        const BudgetProblem made = problem(planOf(*m_model, "rtn", 4));
        const auto loss = [&](const char* allocator) {
            return allocate(made, {.bitsPerWeight = 4.0, .allocator = allocator})->allocation.loss;
        };
        const double exact = loss("knapsack");
        for (const char* other : {"lagrange", "greedy", "uniform", "random", "reversed"})
            QVERIFY2(exact <= loss(other), other);
        QVERIFY(loss("lagrange") < loss("uniform"));
        QVERIFY(loss("lagrange") < loss("reversed"));
    }

    void lossesFromElsewhere() {
        const auto plan = planOf(*m_model, "rtn", 4);
        const MeasuredLosses losses(*plan);
        const BudgetProblem made = problem(plan, {.losses = &losses});
        QCOMPARE(made.losses, std::string("a measurement"));
        for (const char* allocator : {"lagrange", "knapsack"}) {
            const auto done = allocate(made, {.bitsPerWeight = 4.0, .allocator = allocator});
            for (const auto& [place, bits] : widths(*done->plan))
                if (place.ends_with("mlp.down")) QCOMPARE(bits, 5);
        }
        Budget ranked{.bitsPerWeight = 4.2, .allocator = "qbert"};
        auto params = (*findAllocator("qbert"))->defaults();
        QVERIFY(params->set("high", 6).has_value() && params->set("low", 2).has_value());
        ranked.params = std::move(params);
        for (const auto& [place, bits] : widths(*allocate(made, ranked)->plan))
            if (place.ends_with("mlp.down")) QCOMPARE(bits, 6);
        // What was not measured is refused, unless it is locked.
        RunContext context;
        const auto embedding = planOf(*m_model, "rtn", 4, {"*embed*:recipe=rtn"});
        QVERIFY(!makeBudgetProblem(*m_model, embedding, {.losses = &losses}, context));
        const BudgetProblem locked =
            problem(*withSetting(*embedding, "*embed*:lock"), {.losses = &losses});
        QVERIFY(allocate(locked, {.bitsPerWeight = 4.2}).has_value());
    }

    void limitsAndLocks() {
        const auto plan = planOf(*m_model, "rtn", 3, {"*.mlp.up:bits=8,lock", "1.mlp.up:unlock"});
        const BudgetProblem made = problem(plan);
        const auto done =
            allocate(made, {.bitsPerWeight = 4.6, .leastBits = 3, .mostBits = 5}).value();
        std::set<int> seen;
        for (const auto& [place, bits] : widths(*done.plan)) {
            if (place.ends_with("mlp.up") && place != "1.mlp.up")
                QCOMPARE(bits, 8);
            else
                seen.insert(bits);
        }
        QVERIFY(*seen.begin() >= 3 && *seen.rbegin() <= 5);
        // Rows that did not change are the same objects.
        for (std::size_t i = 0; i < plan->tensors.size(); ++i)
            if (!plan->tensors[i]->recipe || plan->tensors[i]->bits == done.plan->tensors[i]->bits)
                QCOMPARE(plan->tensors[i], done.plan->tensors[i]);
        const auto small = allocate(made, {.bitsPerWeight = 3.2, .leastBits = 3});
        QVERIFY(!small);
        QVERIFY2(small.error().message.find("locked") != std::string::npos,
                 small.error().message.c_str());
        const BudgetProblem locked = problem(planOf(*m_model, "rtn", 3, {"*:lock"}));
        QVERIFY(allocate(locked, {.bitsPerWeight = 4}).error().message.find("are locked") !=
                std::string::npos);
    }

    // vLLM joins q, k, v and gate, up, and loads 4 and 8 bits beside each other.
    void targetsTieAndLimit() {
        const Target* vllm = findTarget("vllm").value();
        const auto plan = planOf(*m_model, "rtn", 4, {"*:group_size=32,symmetric=true"});
        const BudgetProblem free = problem(plan), tied = problem(plan, {.target = vllm});
        QVERIFY(fusedRows(*plan, m_model->family(), *findTarget("llama.cpp").value()).empty());
        QCOMPARE(fusedRows(*plan, m_model->family(), *vllm).size(), tied.allocation.tied.size());
        bool mixed = false;
        for (const double bpw : {5.0, 5.5, 6.3, 7.7})
            for (const Allocator* allocator : allAllocators()) {
                const Budget budget{.bitsPerWeight = bpw,
                                    .allocator = std::string(allocator->info().id)};
                const auto done = allocate(tied, budget);
                QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
                QVERIFY(done->plan->bitsPerWeight() <= bpw);
                for (const auto& p : vllm->check(targetModel(*done->plan, m_model->family())))
                    QVERIFY2(!p.blocks, p.message.c_str());
                const auto bits = widths(*done->plan);
                for (int block = 0; bits.contains(fmt::format("{}.attn.q", block)); ++block) {
                    QCOMPARE(bits.at(fmt::format("{}.attn.q", block)),
                             bits.at(fmt::format("{}.attn.v", block)));
                    QCOMPARE(bits.at(fmt::format("{}.mlp.gate", block)),
                             bits.at(fmt::format("{}.mlp.up", block)));
                }
                std::set<int> all;
                for (const auto& [place, b] : bits) all.insert(b);
                mixed = mixed || all == std::set<int>{4, 8};
                if (allocator->info().id == "knapsack")
                    QVERIFY(allocate(free, budget)->allocation.loss <= done->allocation.loss);
            }
        QVERIFY(mixed);
    }

    void theCurve() {
        const BudgetProblem made = problem(planOf(*m_model, "rtn", 4));
        const auto all = budgetCurve(made, {}), some = budgetCurve(made, {}, 20);
        QVERIFY(all->size() > 50 && some->size() <= 20);
        QCOMPARE(all->front().meanWidth, 2.0);
        QCOMPARE(all->back().meanWidth, 8.0);
        const auto limited = budgetCurve(made, {.leastBits = 3, .mostBits = 4});
        QCOMPARE(limited->front().meanWidth, 3.0);
        QCOMPARE(limited->back().meanWidth, 4.0);
        const CurvePoint& middle = (*all)[all->size() / 2];
        const double bpw = 8 * double(middle.bytes) / double(made.weights);
        const auto done = allocate(made, {.bitsPerWeight = bpw + 1e-9}).value();
        QVERIFY(std::abs(done.allocation.loss - middle.loss) < 1e-12 * (1 + middle.loss));
        QCOMPARE(done.allocation.bytes, middle.bytes);
    }

    void whatWasNotMeasuredIsRefused() {
        const BudgetProblem sizes = problem(planOf(*m_model, "rtn", 4), {.lossless = true});
        QVERIFY(allocate(sizes, {.bitsPerWeight = 4, .allocator = "uniform"}).has_value());
        QVERIFY(!allocate(sizes, {.bitsPerWeight = 4}));
        QVERIFY(!allocate(sizes, {.bytes = 1'000'000, .allocator = "uniform"}));
        QVERIFY(allocate(sizes, {.bitsPerWeight = 4, .allocator = "x"})
                    .error()
                    .message.find("lagrange, greedy") != std::string::npos);
    }

    // The fast part alone, on a plan as large as that of a large model.
    void followsASlider() {
        std::vector<PlanTensor> tensors;
        AllocationProblem items;
        for (std::size_t i = 0; i < 1000; ++i)
            tensors.push_back({.name = fmt::format("t{}", i),
                               .rows = 1024,
                               .cols = 1024 * (1 + i % 4),
                               .bytes = 2048 * 1024 * (1 + i % 4),
                               .block = static_cast<int>(i / 7),
                               .role = "mlp.up",
                               .quantizable = true});
        const auto plan = makePlan("large", "key", tensors, findRecipe("rtn").value(), 4).value();
        BudgetProblem made{.plan = plan, .allocation = {}, .rows = {}, .lattice = {}, .losses = ""};
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            AllocationItem item{.name = tensors[i].name, .choices = {}};
            item.weights = static_cast<double>(tensors[i].rows * tensors[i].cols);
            item.score = static_cast<double>(i % 13);
            for (int bits = 2; bits <= 8; ++bits)
                item.choices.push_back({predictStoredBytes(tensors[i].rows, tensors[i].cols, bits,
                                                           *plan->tensors[i]->recipe)
                                            .value(),
                                        std::exp2(-2 * bits) * (1 + item.score), double(bits)});
            made.weights += tensors[i].rows * tensors[i].cols;
            made.rows.push_back(i);
            made.lattice.push_back(false);
            made.allocation.items.push_back(std::move(item));
        }
        for (const Allocator* allocator : allAllocators()) {
            const auto start = std::chrono::steady_clock::now();
            const auto done = allocate(
                made, {.bitsPerWeight = 4.7, .allocator = std::string(allocator->info().id)});
            const double ms =
                std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                    .count();
            QVERIFY2(done.has_value(), done ? "" : done.error().message.c_str());
            QVERIFY(done->plan->bitsPerWeight() <= 4.7);
            qInfo("%s: %.1f ms", allocator->info().id.data(), ms);
            QVERIFY2(ms < 1500, allocator->info().id.data()); // 10 ms where nothing else runs
        }
    }
};

QTEST_GUILESS_MAIN(TstBudget)
#include "tst_budget.moc"
