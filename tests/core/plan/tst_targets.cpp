// Targets: each rule by itself, what its message says, and that fixes mend what they promise.
#include "core/base/random.h"
#include "core/plan/target.h"
#include "core/tensor/levels.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

using namespace bitsmith;

namespace {

struct Shape2 {
    std::size_t hidden = 256, mlp = 512, kv = 128;
};

std::vector<PlanTensor> modelTensors(int blocks, const Shape2& shape = {}) {
    std::vector<PlanTensor> tensors;
    const auto add = [&](std::string name, std::size_t rows, std::size_t cols, int block,
                         const char* role, bool quantizable = true) {
        tensors.push_back({std::move(name), rows, cols, rows * cols * 2, block, role, quantizable});
    };
    add("model.embed_tokens.weight", 512, shape.hidden, -1, "embedding", false);
    for (int b = 0; b < blocks; ++b) {
        const std::string block = fmt::format("model.layers.{}.", b);
        add(block + "self_attn.q_proj.weight", shape.hidden, shape.hidden, b, "attn.q");
        add(block + "self_attn.k_proj.weight", shape.kv, shape.hidden, b, "attn.k");
        add(block + "self_attn.v_proj.weight", shape.kv, shape.hidden, b, "attn.v");
        add(block + "self_attn.o_proj.weight", shape.hidden, shape.hidden, b, "attn.out");
        add(block + "mlp.gate_proj.weight", shape.mlp, shape.hidden, b, "mlp.gate");
        add(block + "mlp.up_proj.weight", shape.mlp, shape.hidden, b, "mlp.up");
        add(block + "mlp.down_proj.weight", shape.hidden, shape.mlp, b, "mlp.down");
        tensors.push_back({block + "input_layernorm.weight", 0, 0, 512, b, "norm", false});
    }
    return tensors;
}

using PlanPtr = std::shared_ptr<const Plan>;

PlanPtr planOf(const std::vector<std::string>& settings, const Shape2& shape = {}, int blocks = 2) {
    PlanPtr plan = *makePlan("m", "key", modelTensors(blocks, shape), *findRecipe("rtn"));
    // The form that every target takes, then what the test is about.
    plan = *withSetting(*plan, "*:symmetric=true,group_size=128");
    for (const std::string& setting : settings) {
        auto next = withSetting(*plan, setting);
        if (!next) qFatal("%s: %s", setting.c_str(), next.error().message.c_str());
        plan = *next;
    }
    return plan;
}

const Target& target(const char* id) { return **findTarget(id); }

std::vector<TargetProblem> check(const char* id, const Plan& plan, const char* family = "llama") {
    return target(id).check(targetModel(plan, family));
}

std::vector<TargetProblem> blocking(std::vector<TargetProblem> problems) {
    std::erase_if(problems, [](const TargetProblem& p) { return !p.blocks; });
    return problems;
}

// A layout without a plan: what only files have today.
TargetModel fileModel(const MatrixLayout& layout) {
    TargetModel model{.family = "llama", .tensors = {}};
    TargetTensor tensor{.name = "model.layers.0.self_attn.o_proj.weight",
                        .role = "attn.out",
                        .block = 0,
                        .rows = layout.rows,
                        .cols = layout.cols,
                        .layout = layout,
                        .quantizable = true};
    model.tensors.push_back(std::move(tensor));
    return model;
}

MatrixLayout layoutOf(const char* grid, const char* format, std::size_t cols, std::size_t group,
                      DType scales) {
    MatrixLayout layout;
    layout.grid = grid;
    layout.format = format;
    layout.rows = 256;
    layout.cols = cols;
    layout.bits = 4;
    layout.groupSize = group;
    layout.groupsPerRow = (cols + group - 1) / group;
    layout.parameterRows = 256;
    layout.scaleType = scales;
    return layout;
}

QByteArray text(const std::vector<TargetProblem>& problems) {
    QByteArray out;
    for (const TargetProblem& p : problems)
        out += QByteArray::fromStdString(fmt::format("{}: {} -> {} [{}]{}\n", p.tensor, p.message,
                                                     p.remedy, p.fix.empty() ? "" : p.fix[0],
                                                     p.blocks ? "" : " (caveat)"));
    return out;
}

} // namespace

class TstTargets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Widths that load beside others, found by asking the rules.
    void widthsOfTargets() {
        const PlanPtr plan = planOf({});
        const auto of = [&](const char* id, const Plan& p) {
            return *loadableBits(p, "llama", target(id), 2, 8);
        };
        for (std::size_t i = 0; i < plan->tensors.size(); ++i) {
            const auto widths = [&](std::vector<int> bits) {
                return plan->tensors[i]->recipe ? bits : std::vector<int>{};
            };
            QCOMPARE(of("vllm", *plan)[i], widths({4, 8}));
            QCOMPARE(of("exllama", *plan)[i], widths({4}));
            QCOMPARE(of("bitsmith", *plan)[i], widths({2, 3, 4, 5, 6, 7, 8}));
        }
        // What is refused whatever its width is no matter of widths.
        QVERIFY(of("vllm", *planOf({"0.attn.q:group_size=48"}))[1].empty());
        // Q8_0 holds signed bytes only; asymmetric ones end at 7 bits.
        const PlanPtr zeros = planOf({"*:symmetric=false"});
        QCOMPARE(of("llama.cpp", *zeros)[1], (std::vector<int>{2, 3, 4, 5, 6, 7}));
        const auto sets = fusedRows(*planOf({"1.mlp.up:keep"}), "llama", target("vllm"));
        QCOMPARE(sets, (std::vector<std::vector<std::size_t>>{{1, 2, 3}, {5, 6}, {9, 10, 11}}));
        QVERIFY(fusedRows(*plan, "llama", target("exllama")).empty());
    }

    void registry() {
        QStringList ids;
        for (const Target* t : allTargets()) {
            ids << QString::fromUtf8(t->info().id.data(), int(t->info().id.size()));
            QVERIFY(!t->info().title.empty() && !t->info().summary.empty());
            QCOMPARE(*findTarget(t->info().id), t);
        }
        QCOMPARE(ids, QStringList({"llama.cpp", "vllm", "transformers", "exllama", "bitsmith"}));
        const auto unknown = findTarget("lama.cpp");
        QCOMPARE(unknown.error().code, ErrorCode::Usage);
        QVERIFY(unknown.error().message.find("llama.cpp, vllm") != std::string::npos);
    }

    void goodPlansHaveNoProblems() {
        const PlanPtr plan = planOf({});
        for (const Target* t : allTargets()) {
            const auto problems = t->check(targetModel(*plan, "llama"));
            QVERIFY2(problems.empty(), text(problems));
            const auto fixed = fixedForTarget(*plan, "llama", *t);
            QCOMPARE((*fixed)->tensors, plan->tensors);
        }
    }

    // One thing wrong with one tensor: who minds, what is said, and what mends it.
    void rules_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QStringList>("settings");
        QTest::addColumn<bool>("blocks");
        QTest::addColumn<QString>("mention");
        QTest::addColumn<QString>("fix");
        const auto row = [](const char* name, const char* id, const QStringList& settings,
                            bool blocks, const char* mention, const char* fix) {
            QTest::newRow(name) << QString(id) << settings << blocks << QString(mention)
                                << QString(fix);
        };
        const QString o = "0.attn.out:", all = "*:";
        row("vllm 6 bits", "vllm", {o + "bits=6"}, true, "6 bits", "bits=8");
        row("vllm 3 bits in a mix", "vllm", {o + "bits=3"}, true, "3 bits", "bits=4");
        row("vllm 3 bits everywhere", "vllm", {all + "bits=3"}, false, "slow kernel", "bits=4");
        row("vllm group 16", "vllm", {o + "group_size=16"}, true, "groups of 16", "group_size=32");
        row("vllm group 256", "vllm", {"0.mlp.down:group_size=256"}, true, "groups of 256",
            "group_size=128");
        row("vllm zero points", "vllm", {o + "symmetric=false"}, false, "AWQ", "symmetric=true");
        row("vllm 8 bits, zero points", "vllm", {o + "bits=8,symmetric=false"}, false, "8 bits",
            "symmetric=true");
        row("vllm act order in a mix", "vllm",
            {o + "recipe=gptq,act_order=true,symmetric=true,bits=4"}, true, "desc_act",
            "static_groups=true");
        row("llama.cpp group 48", "llama.cpp", {o + "group_size=48,ragged=short_last_group"}, true,
            "groups of 48", "group_size=64");
        row("llama.cpp act order", "llama.cpp", {o + "recipe=gptq,act_order=true"}, true,
            "activation order", "static_groups=true");
        row("llama.cpp 8 bits, zero points", "llama.cpp", {o + "bits=8,symmetric=false"}, true,
            "signed byte", "symmetric=true");
        row("exllama 3 bits", "exllama", {o + "bits=3"}, true, "3 bits", "bits=4");
        row("exllama zero points", "exllama", {o + "symmetric=false"}, true, "zero point of 0",
            "symmetric=true");
        row("vllm mixed widths", "vllm", {o + "recipe=slim_llm,bits=3,group_size=64"}, true,
            "widths of their own", "recipe=rtn_mse,bits=4,group_size=64,symmetric=true");
        row("llama.cpp mixed widths", "llama.cpp", {o + "recipe=slim_llm,bits=3,group_size=64"},
            true, "widths of their own", "recipe=rtn_mse,bits=3,group_size=64,symmetric=true");
        row("exllama mixed widths", "exllama", {o + "recipe=slim_llm,bits=3,group_size=64"}, true,
            "widths of their own", "recipe=rtn_mse,bits=4,group_size=64,symmetric=true");
        row("exllama group 16", "exllama", {o + "group_size=16"}, true, "power of two",
            "group_size=32");
        row("exllama short group", "exllama", {"0.mlp.down:group_size=96,ragged=short_last_group"},
            true, "divides the row", "group_size=128");
    }
    void rules() {
        QFETCH(QString, id);
        QFETCH(QStringList, settings);
        QFETCH(bool, blocks);
        QFETCH(QString, mention);
        QFETCH(QString, fix);
        std::vector<std::string> list;
        for (const QString& setting : settings) list.push_back(setting.toStdString());
        const PlanPtr plan = planOf(list);
        const auto problems = check(qPrintable(id), *plan);
        QVERIFY(!problems.empty());
        const TargetProblem& p = problems[0];
        QVERIFY2(p.message.find(mention.toStdString()) != std::string::npos, text(problems));
        QCOMPARE(p.blocks, blocks);
        QVERIFY(!p.tensor.empty());
        QVERIFY(!p.remedy.empty() && p.remedy.ends_with('.'));
        QCOMPARE(p.fix, std::vector<std::string>{p.tensor + ":" + fix.toStdString()});
        if (list[0].starts_with("0.attn.out")) {
            QCOMPARE(problems.size(), std::size_t{1});
            QCOMPARE(p.tensor, std::string("model.layers.0.self_attn.o_proj.weight"));
        }
        const auto fixed = fixedForTarget(*plan, "llama", target(qPrintable(id)));
        QVERIFY(fixed.has_value());
        const auto left = check(qPrintable(id), **fixed);
        QVERIFY2(left.empty(), text(left));
    }

    void fusedSetsAreRaisedToTheWidest() {
        const PlanPtr plan = planOf({"1.attn.v:bits=8,group_size=32", "0.mlp.up:bits=8"});
        const auto problems = check("vllm", *plan);
        QCOMPARE(problems.size(), std::size_t{3}); // gate of block 0, q and k of block 1
        QVERIFY2(problems[0].message.find("gate and up") != std::string::npos, text(problems));
        QVERIFY(problems[0].message.find("model.layers.0.mlp.up_proj.weight") != std::string::npos);
        QCOMPARE(problems[0].tensor, std::string("model.layers.0.mlp.gate_proj.weight"));
        QCOMPARE(problems[1].fix[0],
                 std::string("model.layers.1.self_attn.q_proj.weight:bits=8,group_size=32"));
        const PlanPtr fixed = *fixedForTarget(*plan, "llama", target("vllm"));
        QVERIFY2(check("vllm", *fixed).empty(), text(check("vllm", *fixed)));
        for (std::size_t i = 0; i < fixed->tensors.size(); ++i)
            QCOMPARE(fixed->tensors[i] != plan->tensors[i],
                     problems.end() != std::ranges::find(problems, fixed->tensors[i]->tensor,
                                                         &TargetProblem::tensor));
        // Other targets join nothing.
        QVERIFY(check("exllama", *planOf({"1.attn.v:group_size=32"})).empty());
    }

    void aKeptMemberKeepsItsSet() {
        const PlanPtr plan = planOf({"*k_proj*:keep"});
        const auto problems = check("vllm", *plan);
        QCOMPARE(problems.size(), std::size_t{4}); // q and v of both blocks
        for (const TargetProblem& p : problems) {
            QVERIFY(p.blocks);
            QVERIFY2(p.message.find("kept as stored") != std::string::npos, text(problems));
            QVERIFY(p.fix[0].ends_with(":keep"));
        }
        const PlanPtr fixed = *fixedForTarget(*plan, "llama", target("vllm"));
        QVERIFY(check("vllm", *fixed).empty());
        QCOMPARE(fixed->tensors[1]->recipe, nullptr);
        QVERIFY(fixed->tensors[4]->recipe != nullptr);
    }

    // A member with a problem of its own joins the set with the form that it will have.
    void problemsOfMembersComeFirst() {
        const PlanPtr plan = planOf({"0.attn.q:bits=6", "0.attn.k:bits=3,symmetric=false"});
        const PlanPtr fixed = *fixedForTarget(*plan, "llama", target("vllm"));
        QVERIFY2(check("vllm", *fixed).empty(), text(check("vllm", *fixed)));
        for (const std::size_t i : {1U, 2U, 3U}) QCOMPARE(fixed->tensors[i]->bits, 8);
        QCOMPARE(fixed->tensors[4]->bits, 4);
    }

    void joinedShapesAreWhatCounts() {
        // k and v have 32 rows each, q 256: 320 together, which is a multiple of 64.
        QVERIFY(check("vllm", *planOf({}, {.kv = 32})).empty());
        const auto slow = check("vllm", *planOf({}, {.mlp = 544}));
        QVERIFY(!slow.empty());
        for (const TargetProblem& p : slow) { // down: 544 inputs; gate and up: 1088 outputs fit
            QVERIFY2(!p.blocks || p.message.find("groups of") != std::string::npos, text(slow));
            QVERIFY(p.tensor.find("down") != std::string::npos);
        }
        const auto odd = blocking(check("vllm", *planOf({}, {.mlp = 500})));
        QVERIFY(!odd.empty());
        QVERIFY2(odd[0].message.find("500") != std::string::npos, text(odd));
        QVERIFY(odd[0].fix[0].ends_with(":keep"));
    }

    void embeddings() {
        auto tensors = modelTensors(1);
        tensors[0].onRequest = true;
        const auto plan = *withSetting(**makePlan("m", "key", tensors, *findRecipe("rtn")),
                                       "*:symmetric=true,group_size=128");
        const auto quantized =
            *withSetting(*plan, "*embed*:recipe=rtn,bits=4,symmetric=true,group_size=128");
        for (const char* id : {"vllm", "transformers", "exllama"}) {
            QVERIFY(check(id, *plan).empty());
            const auto problems = check(id, *quantized);
            QCOMPARE(problems.size(), std::size_t{1});
            QCOMPARE(problems[0].fix[0], std::string("model.embed_tokens.weight:keep"));
            QVERIFY(check(id, **fixedForTarget(*quantized, "llama", target(id))).empty());
        }
        QVERIFY(check("llama.cpp", *quantized).empty());
    }

    void familiesAreKnown() {
        const PlanPtr plan = planOf({});
        for (const char* id : {"llama.cpp", "exllama"}) {
            const auto problems = check(id, *plan, "opt");
            QCOMPARE(problems.size(), std::size_t{1});
            QVERIFY(problems[0].blocks && problems[0].tensor.empty() && problems[0].fix.empty());
            QVERIFY(problems[0].message.find("'opt'") != std::string::npos);
            QVERIFY(problems[0].remedy.find("vLLM") != std::string::npos);
        }
        for (const char* family : {"llama", "qwen2", "qwen3", "gpt2", "gpt_neox"})
            QVERIFY(check("llama.cpp", *plan, family).empty());
        QVERIFY(check("vllm", *plan, "opt").empty());
        QCOMPARE(check("vllm", *plan, "unknown").size(), std::size_t{1});
    }

    void rowsWithoutWholeBlocks() {
        const PlanPtr plan = planOf({}, {.mlp = 500});
        const auto problems = check("llama.cpp", *plan);
        QCOMPARE(problems.size(), std::size_t{2}); // down of both blocks
        QVERIFY2(problems[0].message.find("500") != std::string::npos, text(problems));
        QVERIFY(problems[0].fix[0].ends_with("down_proj.weight:keep"));
    }

    // llama.cpp's choice for rows that hold no whole blocks, said before anything is written.
    void blockTypesFallBack() {
        const PlanPtr plan = planOf({"0.attn.out:recipe=gguf_k,bits=4", "0.mlp.down:recipe=gguf_k,"
                                                                        "bits=6"},
                                    {.mlp = 544});
        const auto problems = check("llama.cpp", *plan);
        QCOMPARE(problems.size(), std::size_t{1});
        QVERIFY(!problems[0].blocks && problems[0].fix.empty());
        QCOMPARE(problems[0].tensor, std::string("model.layers.0.mlp.down_proj.weight"));
        QVERIFY2(problems[0].message.find("Q6_K") != std::string::npos &&
                     problems[0].message.find("Q8_0") != std::string::npos,
                 text(problems));
        // Elsewhere GGUF's blocks are replaced.
        for (const char* id : {"vllm", "exllama", "transformers"})
            QVERIFY(blocking(check(id, **fixedForTarget(*plan, "llama", target(id)))).empty());
    }

    void transformersWantsOneMethod() {
        // 6 bits: compressed-tensors holds all of it.
        QVERIFY(check("transformers", *planOf({"*down*:bits=6"})).empty());
        // A short last group is GPTQ's, 6 bits are not.
        const PlanPtr torn = planOf({"*down*:bits=6", "0.attn.out:group_size=96,"
                                                      "ragged=short_last_group"});
        const auto problems = check("transformers", *torn);
        QCOMPARE(problems.size(), std::size_t{2});
        QVERIFY2(problems[0].message.find("6 bits") != std::string::npos, text(problems));
        QVERIFY(check("transformers", **fixedForTarget(*torn, "llama", target("transformers")))
                    .empty());
        const auto conv1d = check("transformers", *planOf({}), "gpt2");
        QCOMPARE(conv1d.size(), std::size_t{1});
        QVERIFY(!conv1d[0].blocks && conv1d[0].message.find("Conv1D") != std::string::npos);
        QCOMPARE(blocking(check("transformers", *planOf({"*down*:bits=6"}), "gpt2")).size(),
                 std::size_t{2});
    }

    // Forms that come from files: blocks, small floats, scales of other types.
    void formsOfFiles_data() {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("grid");
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("cols");
        QTest::addColumn<int>("group");
        QTest::addColumn<int>("scales");
        QTest::addColumn<int>("outcome"); // 0 fine, 1 caveat, 2 blocked and mendable, 3 blocked
        const auto row = [](const char* name, const char* id, const char* grid, const char* format,
                            int cols, int group, DType scales, int outcome) {
            QTest::newRow(name) << QString(id) << QString(grid) << QString(format) << cols << group
                                << int(scales) << outcome;
        };
        row("Q4_K", "llama.cpp", "gguf", "Q4_K", 512, 512, DType::F16, 0);
        row("NVFP4 blocks", "llama.cpp", "gguf", "NVFP4", 512, 512, DType::F16, 1);
        row("Q8_0 in vLLM", "vllm", "gguf", "Q8_0", 512, 512, DType::F16, 2);
        row("Q8_0 in ExLlama", "exllama", "gguf", "Q8_0", 512, 512, DType::F16, 2);
        row("Q8_0 in transformers", "transformers", "gguf", "Q8_0", 512, 512, DType::F16, 1);
        row("nvfp4", "vllm", "float", "e2m1", 512, 16, DType::F8E4M3, 0);
        row("mxfp4", "vllm", "float", "e2m1", 512, 32, DType::F8E8M0, 0);
        row("mxfp4 in llama.cpp", "llama.cpp", "float", "e2m1", 512, 32, DType::F8E8M0, 0);
        row("nvfp4 in llama.cpp", "llama.cpp", "float", "e2m1", 512, 16, DType::F8E4M3, 2);
        row("nvfp4 in transformers", "transformers", "float", "e2m1", 512, 16, DType::F8E4M3, 0);
        row("e2m1 by 64", "vllm", "float", "e2m1", 512, 64, DType::F16, 2);
        row("fp8 by rows", "vllm", "float", "e4m3", 512, 512, DType::F32, 0);
        row("fp8 by groups", "vllm", "float", "e4m3", 512, 128, DType::F32, 2);
        row("fp8 in ExLlama", "exllama", "float", "e4m3", 512, 512, DType::F32, 2);
        row("mxfp8 of one group", "vllm", "float", "e4m3", 512, 512, DType::F8E8M0, 2);
        for (const LevelFormat& format : levelFormats())
            for (const char* id : {"vllm", "transformers", "llama.cpp", "exllama"})
                row(qPrintable(QString("%1 by 16 in %2")
                                   .arg(QString::fromStdString(std::string(format.name)), id)),
                    id, "float", std::string(format.name).c_str(), 512, 16, DType::F8E8M0, 2);
        for (const char* grid : {"codebook", "nested"})
            for (const char* id : {"vllm", "transformers", "llama.cpp", "exllama"})
                row(qPrintable(QString("%1 in %2").arg(grid, id)), id, grid, "", 512, 64,
                    DType::F16, 2);
        row("BF16 scales in GGUF", "llama.cpp", "affine", "", 512, 128, DType::BF16, 3);
        row("BF16 scales in vLLM", "vllm", "affine", "", 512, 128, DType::BF16, 0);
    }
    void formsOfFiles() {
        QFETCH(QString, id);
        QFETCH(QString, grid);
        QFETCH(QString, format);
        QFETCH(int, cols);
        QFETCH(int, group);
        QFETCH(int, scales);
        QFETCH(int, outcome);
        MatrixLayout layout = layoutOf(qPrintable(grid), qPrintable(format), std::size_t(cols),
                                       std::size_t(group), DType(scales));
        layout.symmetric = true;
        const auto problems = target(qPrintable(id)).check(fileModel(layout));
        if (outcome == 0) {
            QVERIFY2(problems.empty(), text(problems));
            return;
        }
        QCOMPARE(problems.size(), std::size_t{1});
        QVERIFY2(problems[0].blocks == (outcome > 1), text(problems));
        QVERIFY2(problems[0].fix.empty() == (outcome != 2), text(problems));
        if (outcome != 2) return;
        const auto plan = withSetting(*planOf({}, {.hidden = 512}), problems[0].fix[0]);
        QVERIFY2(plan.has_value(), plan ? "" : plan.error().message.c_str());
        QVERIFY(check(qPrintable(id), **plan).empty());
    }

    // Random mixed plans over odd shapes: what is fixed has nothing left that could be fixed.
    void fixesConverge() {
        constexpr const char* Recipes[] = {"rtn", "gptq", "gptq_actorder", "rtn_mse"};
        constexpr const char* Blocks[] = {"gguf_k", "gguf_legacy", "gguf_iq4_nl", "gguf_mxfp4",
                                          "slim_llm"};
        constexpr const char* Families[] = {"llama", "gpt2", "opt", "qwen3"};
        int fixedPlans = 0;
        for (std::uint64_t seed = 0; seed < 60; ++seed) {
            Rng rng(seed, "plans", "targets");
            constexpr std::size_t Sides[] = {32, 64, 96, 100, 128, 160, 172, 256};
            Shape2 shape;
            for (std::size_t* side : {&shape.hidden, &shape.mlp, &shape.kv})
                *side = Sides[rng.below(8)];
            PlanPtr plan = planOf({}, shape, 2);
            for (const PlanTensor& tensor : plan->model_tensors) {
                if (!tensor.quantizable) continue;
                std::string values = "keep";
                if (rng.below(10) > 0) {
                    const std::string recipe = Recipes[rng.below(4)];
                    constexpr int GroupSizes[] = {0, 8, 16, 32, 48, 64, 96, 128, 256};
                    values = fmt::format(
                        "recipe={},bits={},group_size={},symmetric={},granularity={},ragged={}",
                        recipe, 2 + rng.below(7), GroupSizes[rng.below(9)], rng.below(2) == 0,
                        rng.below(4) > 0 ? "group" : (rng.below(2) ? "channel" : "tensor"),
                        rng.below(2) ? "whole_row" : "short_last_group");
                    if (recipe.starts_with("gptq"))
                        values += fmt::format(",act_order={},static_groups={}", rng.below(2) == 0,
                                              rng.below(2) == 0);
                }
                if (rng.below(6) == 0)
                    values = fmt::format("recipe={},bits=4", Blocks[rng.below(5)]);
                plan = *withSetting(*plan, tensor.name + ":" + values);
            }
            const char* family = Families[rng.below(4)];
            for (const Target* t : allTargets()) {
                const auto before = t->check(targetModel(*plan, family));
                for (const TargetProblem& p : before) {
                    QVERIFY(!p.message.empty() && !p.remedy.empty());
                    QVERIFY(p.tensor.empty() || p.fix.empty() ||
                            p.fix[0].starts_with(p.tensor + ":"));
                }
                const auto fixed = fixedForTarget(*plan, family, *t);
                QVERIFY2(fixed.has_value(), fixed ? "" : fixed.error().message.c_str());
                auto left = t->check(targetModel(**fixed, family));
                std::erase_if(left, [](const TargetProblem& p) { return p.fix.empty(); });
                QVERIFY2(left.empty(), QByteArray::number(seed) + ' ' +
                                           QByteArray(t->info().id.data()) + '\n' + text(before) +
                                           "left:\n" + text(left));
                fixedPlans += !before.empty();
            }
        }
        QVERIFY(fixedPlans > 150);
    }

    // While a plan is edited, every edit asks again.
    void checksAreFast() {
        const PlanPtr plan = planOf({"*:bits=3,group_size=16"}, {}, 150); // 1,201 tensors
        QElapsedTimer timer;
        for (const Target* t : allTargets()) {
            double milliseconds = 1e9; // the best of some: the machine may be busy
            std::size_t problems = 0;
            for (int repeat = 0; repeat < 5; ++repeat) {
                timer.start();
                problems = t->check(targetModel(*plan, "llama")).size();
                milliseconds = std::min(milliseconds, double(timer.nsecsElapsed()) * 1e-6);
            }
            qInfo("%s: %zu problems in %zu tensors, %.2f ms", t->info().id.data(), problems,
                  plan->tensors.size(), milliseconds);
            QVERIFY(milliseconds < 20);
        }
    }
};

QTEST_GUILESS_MAIN(TstTargets)
#include "tst_targets.moc"
