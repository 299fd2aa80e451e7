// llama.cpp's presets: which tensor gets which block type, counted out by hand for known shapes.
#include "core/plan/presets.h"

#include <QTest>

#include <algorithm>
#include <map>

using namespace bitsmith;

namespace {

struct Shape {
    int blocks = 32;
    std::size_t hidden = 1024, keys = 256, mlp = 2816; // four query heads per key head
    bool tied = false, fused = false;
};

std::shared_ptr<const Plan> planOf(const Shape& shape) {
    std::vector<PlanTensor> tensors;
    const auto add = [&](int block, const char* role, std::size_t rows, std::size_t cols) {
        tensors.push_back({.name = fmt::format("{}.{}", block, role),
                           .rows = rows,
                           .cols = cols,
                           .bytes = rows * cols * 2,
                           .block = block,
                           .role = role,
                           .quantizable = block >= 0,
                           .onRequest = block < 0});
    };
    add(-1, "embedding", 4096, shape.hidden);
    for (int b = 0; b < shape.blocks; ++b) {
        if (shape.fused) {
            add(b, "attn.qkv", 3 * shape.hidden, shape.hidden);
        } else {
            add(b, "attn.q", shape.hidden, shape.hidden);
            add(b, "attn.k", shape.keys, shape.hidden);
            add(b, "attn.v", shape.keys, shape.hidden);
        }
        add(b, "attn.out", shape.hidden, shape.hidden);
        add(b, "mlp.gate", shape.mlp, shape.hidden);
        add(b, "mlp.up", shape.mlp, shape.hidden);
        add(b, "mlp.down", shape.hidden, shape.mlp);
        tensors.push_back({.name = fmt::format("{}.norm", b),
                           .rows = 1,
                           .cols = shape.hidden,
                           .bytes = shape.hidden * 4,
                           .block = b,
                           .role = "norm"});
    }
    if (!shape.tied) add(-1, "head", 4096, shape.hidden);
    return *makePlan("model", "key", std::move(tensors), *findRecipe("rtn"));
}

// "0.mlp.down" -> "Q6_K"; "" where the tensor is kept as stored.
std::map<std::string, std::string> formatsOf(const Plan& plan) {
    std::map<std::string, std::string> out;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const TensorPlan& row = *plan.tensors[i];
        const PlanTensor& tensor = plan.model_tensors[i];
        out[row.tensor] =
            row.recipe ? predictLayout(tensor.rows, tensor.cols, row.bits, *row.recipe)->name()
                       : "";
    }
    return out;
}

std::map<std::string, std::string> formats(const Shape& shape, std::string_view preset) {
    const auto plan = withPreset(*planOf(shape), preset);
    return plan ? formatsOf(**plan) : std::map<std::string, std::string>();
}

// Blocks in which the tensor of this role has this type.
std::vector<int> blocksWith(const std::map<std::string, std::string>& formats, const char* role,
                            const char* format, int blocks = 32) {
    std::vector<int> out;
    for (int b = 0; b < blocks; ++b)
        if (formats.at(fmt::format("{}.{}", b, role)) == format) out.push_back(b);
    return out;
}

} // namespace

class TstPresets : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void q4km() {
        const auto f = formats({}, "Q4_K_M");
        // The first and last 4 of 32, and every third between: as llama.cpp prints for 7B models.
        const std::vector<int> more = {0, 1, 2, 3, 6, 9, 12, 15, 18, 21, 24, 27, 28, 29, 30, 31};
        QCOMPARE(blocksWith(f, "attn.v", "Q6_K"), more);
        QCOMPARE(blocksWith(f, "mlp.down", "Q6_K"), more);
        QCOMPARE(blocksWith(f, "attn.v", "Q4_K").size(), std::size_t{16});
        QCOMPARE(blocksWith(f, "mlp.up", "Q4_K").size(), std::size_t{32});
        QCOMPARE(blocksWith(f, "attn.q", "Q4_K").size(), std::size_t{32});
        QCOMPARE(f.at("-1.head"), std::string("Q6_K"));
        QCOMPARE(f.at("-1.embedding"), std::string("Q4_K"));
        QCOMPARE(f.at("3.norm"), std::string());
    }

    void tiedEmbeddingsMakeLogits() {
        QCOMPARE(formats({.tied = true}, "Q4_K_M").at("-1.embedding"), std::string("Q6_K"));
        QCOMPARE(formats({.tied = true}, "Q4_0").at("-1.embedding"), std::string("Q6_K"));
        QCOMPARE(formats({.tied = true}, "Q8_0").at("-1.embedding"), std::string("Q8_0"));
        // No multiple of 256.
        QCOMPARE(formats({.hidden = 288, .tied = true}, "Q4_K_M").at("-1.embedding"),
                 std::string("Q8_0"));
    }

    void smallMixes() {
        auto f = formats({}, "Q4_K_S");
        QCOMPARE(blocksWith(f, "attn.v", "Q5_K"), (std::vector<int>{0, 1, 2, 3}));
        QCOMPARE(blocksWith(f, "mlp.down", "Q5_K"), (std::vector<int>{0, 1, 2, 3}));
        f = formats({}, "Q5_K_M");
        QCOMPARE(blocksWith(f, "mlp.down", "Q6_K").size(), std::size_t{16});
        QCOMPARE(blocksWith(f, "mlp.gate", "Q5_K").size(), std::size_t{32});
        f = formats({}, "Q5_K_S");
        QCOMPARE(blocksWith(f, "mlp.down", "Q5_K").size(), std::size_t{32});
        f = formats({}, "Q3_K_M");
        QCOMPARE(blocksWith(f, "attn.v", "Q5_K"), (std::vector<int>{0, 1}));
        QCOMPARE(blocksWith(f, "attn.v", "Q4_K").size(), std::size_t{30});
        QCOMPARE(blocksWith(f, "mlp.down", "Q5_K"), (std::vector<int>{0, 1}));
        QCOMPARE(blocksWith(f, "attn.out", "Q4_K").size(), std::size_t{32});
        QCOMPARE(blocksWith(f, "mlp.up", "Q3_K").size(), std::size_t{32});
        f = formats({}, "Q3_K_L");
        QCOMPARE(blocksWith(f, "attn.out", "Q5_K").size(), std::size_t{32});
        f = formats({}, "Q3_K_S");
        QCOMPARE(blocksWith(f, "attn.v", "Q3_K").size(), std::size_t{32});
    }

    void sharedHeads() {
        QCOMPARE(formats({}, "Q2_K").at("5.attn.v"), std::string("Q4_K"));
        QCOMPARE(formats({.keys = 512}, "Q2_K").at("5.attn.v"), std::string("Q3_K"));
        QCOMPARE(formats({}, "Q2_K").at("5.mlp.down"), std::string("Q3_K"));
        QCOMPARE(formats({}, "IQ4_XS").at("5.attn.v"), std::string("Q5_K"));
        QCOMPARE(formats({.keys = 1024}, "IQ4_NL").at("5.attn.v"), std::string("IQ4_NL"));
        QCOMPARE(formats({.keys = 1024}, "IQ4_NL").at("3.mlp.down"), std::string("Q5_K"));
        QCOMPARE(formats({.blocks = 80}, "Q4_K_S").at("70.attn.v"), std::string("Q5_K"));
        QCOMPARE(formats({.blocks = 80, .keys = 1024}, "Q4_K_S").at("70.attn.v"),
                 std::string("Q4_K"));
    }

    void fusedAttention() {
        QCOMPARE(formats({.fused = true}, "Q4_K_M").at("9.attn.qkv"), std::string("Q5_K"));
        QCOMPARE(formats({.fused = true}, "Q5_K_M").at("9.attn.qkv"), std::string("Q6_K"));
        QCOMPARE(formats({.fused = true}, "Q4_0").at("9.attn.qkv"), std::string("Q4_0"));
    }

    // Every preset covers every tensor that can be quantized, and larger presets are larger.
    void allOfThem() {
        std::uint64_t previous = 0;
        QVERIFY(allPresets().size() >= 17);
        for (const PresetInfo& info : allPresets()) {
            const auto plan = withPreset(*planOf({}), info.id);
            QVERIFY2(plan.has_value(), plan ? "" : plan.error().message.c_str());
            for (const auto& [name, format] : formatsOf(**plan))
                QCOMPARE(format.empty(), name.ends_with("norm"));
            // Q4_0, IQ4_NL and Q4_K_S differ by a few tensors, which depends on the model.
            QVERIFY2(double((*plan)->bytes) >= 0.98 * double(previous),
                     std::string(info.id).c_str());
            previous = (*plan)->bytes;
            QVERIFY(!info.summary.empty());
        }
        QCOMPARE(formats({}, "Q4_1").at("7.mlp.up"), std::string("Q4_1"));
        QCOMPARE(formats({}, "Q5_1").at("7.mlp.up"), std::string("Q5_1"));
        QCOMPARE(formats({}, "MXFP4").at("7.mlp.up"), std::string("MXFP4"));
        QCOMPARE(formats({}, "MXFP4").at("-1.head"), std::string("Q8_0"));
        QCOMPARE(formats({}, "Q8_0").at("7.mlp.up"), std::string("Q8_0"));
    }

    void rowsThatDoNotFit() {
        // 160 columns: blocks of 32 instead of 256. 172: half precision.
        const auto f = formats({.hidden = 160, .keys = 160, .mlp = 172}, "Q4_K_M");
        QCOMPARE(f.at("5.attn.q"), std::string("Q5_0"));
        QCOMPARE(f.at("0.attn.v"), std::string("Q8_0"));
        QCOMPARE(f.at("5.mlp.down"), std::string("F16"));
    }

    void lockedRowsStay() {
        const auto plan = planOf({});
        const std::size_t rows[] = {2};
        const auto locked = *edited(*plan, rows, {.bits = 3, .locked = 1});
        const auto next = *withPreset(*locked, "Q4_K_M");
        QCOMPARE(next->tensors[2], locked->tensors[2]);
        QVERIFY(next->tensors[3] != locked->tensors[3]);
    }

    void namesInAnyCase() {
        QCOMPARE(formats({}, "q4_k_m"), formats({}, "Q4_K_M"));
        const auto unknown = withPreset(*planOf({}), "Q4_K_XL");
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, ErrorCode::Usage);
        QVERIFY(unknown.error().message.find("Q4_K_XL") != std::string::npos);
        QVERIFY(unknown.error().message.find("Q4_K_M") != std::string::npos);
        QVERIFY(!withPreset(Plan(), "Q4_0"));
    }
};

QTEST_GUILESS_MAIN(TstPresets)
#include "tst_presets.moc"
