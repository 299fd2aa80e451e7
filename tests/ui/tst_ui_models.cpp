// Models over plans and experiments, and the undoable plan: from values, without a window.
#include "core/plan/plan.h"
#include "core/quant/recipe.h"
#include "ui/models/experiments_model.h"
#include "ui/models/layers_model.h"
#include "ui/session/plan_document.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include <map>

using namespace bitsmith;
using namespace bitsmith::ui;

namespace {

std::vector<PlanTensor> tensors(int blocks) {
    std::vector<PlanTensor> out{
        {.name = "embed", .rows = 100, .cols = 64, .bytes = 25600, .role = "embedding"}};
    for (int b = 0; b < blocks; ++b) {
        const std::string at = "layers." + std::to_string(b) + ".";
        out.push_back({.name = at + "norm", .bytes = 256, .block = b, .role = "norm"});
        out.push_back({.name = at + "q",
                       .rows = 64,
                       .cols = 64,
                       .bytes = 16384,
                       .block = b,
                       .role = "attn.q",
                       .quantizable = true});
        out.push_back({.name = at + "down",
                       .rows = 64,
                       .cols = 128,
                       .bytes = 32768,
                       .block = b,
                       .role = "mlp.down",
                       .quantizable = true});
    }
    return out;
}

std::shared_ptr<const Plan> plan(int blocks = 3, int bits = 4) {
    const auto recipe = findRecipe("rtn");
    Q_ASSERT(recipe);
    const auto made = makePlan("small", "key", tensors(blocks), *recipe, bits);
    Q_ASSERT(made);
    return *made;
}

} // namespace

class TstUiModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aPlanIsATreeOfBlocks() {
        LayersModel model;
        QAbstractItemModelTester tester(&model);
        QCOMPARE(model.rowCount(), 0);
        model.setPlan(plan());
        QCOMPARE(model.rowCount(), 4); // outside, 3 blocks
        const QModelIndex block = model.index(1, 0);
        QCOMPARE(block.data().toString(), QStringLiteral("block 0"));
        QCOMPARE(model.rowCount(block), 3);
        QCOMPARE(model.index(1, LayersModel::Bits, block).data().toString(), QStringLiteral("4"));
        QCOMPARE(model.index(1, LayersModel::Shape, block).data().toString(),
                 QStringLiteral("64 × 64"));
        QCOMPARE(block.siblingAtColumn(LayersModel::Bits).data().toString(), QStringLiteral("4"));
        QVERIFY(model.planRows(model.index(0, 0, block)).empty()); // the norm is kept
        QCOMPARE(model.planRows(block), (std::vector<std::size_t>{2, 3}));
        QCOMPARE(model.planRows(model.index(1, 0, block)), std::vector<std::size_t>{2});
        QVERIFY(model.planRows(model.index(0, 0)).empty());
        QCOMPARE(model.indexOf("layers.2.down"), model.index(2, 0, model.index(3, 0)));
        QVERIFY(!(model.index(0, LayersModel::Bits, block).flags() & Qt::ItemIsEditable));
        QVERIFY(model.index(1, LayersModel::Bits, block).flags() & Qt::ItemIsEditable);
    }

    void whatIsQuantizedOnRequestIsMeantByItsRow() {
        auto withHead = tensors(1);
        withHead[0].onRequest = true;
        const auto made = makePlan("small", "key", withHead, *findRecipe("rtn"), 4);
        QVERIFY(made);
        LayersModel model;
        QAbstractItemModelTester tester(&model);
        model.setPlan(*made);
        model.setStored([](const std::string&) { return QStringLiteral("Q4_K"); });
        const QModelIndex outside = model.index(0, 0), embedding = model.index(0, 0, outside);
        QVERIFY(model.planRows(outside).empty());
        QCOMPARE(model.planRows(embedding), std::vector<std::size_t>{0});
        const QModelIndex recipe = embedding.siblingAtColumn(LayersModel::RecipeColumn);
        QVERIFY(recipe.flags() & Qt::ItemIsEditable);
        QVERIFY(embedding.data(Qt::ToolTipRole).toString().contains(QStringLiteral("on request")));
        QCOMPARE(embedding.siblingAtColumn(LayersModel::Stored).data().toString(),
                 QStringLiteral("Q4_K"));
        std::vector<PlanEdit> edits;
        connect(&model, &LayersModel::editRequested, this,
                [&](const QModelIndex&, const PlanEdit& edit) { edits.push_back(edit); });
        QVERIFY(model.setData(recipe, QStringLiteral("rtn"), Qt::EditRole));
        QCOMPARE(edits.size(), 1u);
        const auto next = edited(**made, model.planRows(embedding), edits[0]);
        QVERIFY(next);
        model.setPlan(*next);
        QCOMPARE(recipe.data().toString(), QStringLiteral("rtn"));
        QCOMPARE(outside.siblingAtColumn(LayersModel::RecipeColumn).data().toString(),
                 QStringLiteral("rtn"));
        QVERIFY(!outside.siblingAtColumn(LayersModel::Bpw).data().toString().isEmpty());
    }

    void editsAreAskedForNotMade() {
        LayersModel model;
        model.setPlan(plan());
        std::vector<PlanEdit> edits;
        connect(&model, &LayersModel::editRequested, this,
                [&](const QModelIndex&, const PlanEdit& edit) { edits.push_back(edit); });
        const QModelIndex block = model.index(1, 0);
        QVERIFY(model.setData(model.index(1, LayersModel::Bits, block), 3, Qt::EditRole));
        QVERIFY(model.setData(model.index(1, LayersModel::RecipeColumn, block), QString(),
                              Qt::EditRole));
        QVERIFY(model.setData(model.index(1, LayersModel::Lock, block), Qt::Checked,
                              Qt::CheckStateRole));
        QVERIFY(!model.setData(model.index(1, LayersModel::Bits, block), 0, Qt::EditRole));
        QVERIFY(
            !model.setData(model.index(0, LayersModel::Bits, block), 3, Qt::EditRole)); // the norm
        QVERIFY(!model.setData(model.index(1, LayersModel::RecipeColumn, block),
                               QStringLiteral("nonsense"), Qt::EditRole));
        QCOMPARE(edits.size(), 3u);
        QCOMPARE(edits[0].bits, 3);
        QVERIFY(edits[1].keep);
        QCOMPARE(edits[2].locked, 1);
        QCOMPARE(model.index(1, LayersModel::Bits, block).data().toString(), QStringLiteral("4"));
    }

    void aNewPlanOfTheSameModelOnlyTouchesChangedRows() {
        LayersModel model;
        QAbstractItemModelTester tester(&model);
        const auto before = plan();
        model.setPlan(before);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset),
            changed(&model, &QAbstractItemModel::dataChanged);
        const std::vector<std::size_t> rows{6};
        const auto after = edited(*before, rows, {.bits = 2});
        QVERIFY(after);
        model.setPlan(*after);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(changed.size(), 2); // the row, its block
        const QModelIndex block = model.index(2, 0);
        QCOMPARE(block.siblingAtColumn(LayersModel::Bits).data().toString(),
                 QStringLiteral("mixed"));
        model.setPlan(nullptr);
        QCOMPARE(reset.size(), 1);
        QCOMPARE(model.rowCount(), 0);
    }

    void sizesOfCodedPlansSayThatTheyAreNotExact() {
        const auto coded = [](const char* recipe, const char* setting, const char* value) {
            const auto base = *findRecipe(recipe);
            return setting ? *withSetting(*base, setting, value) : base;
        };
        QCOMPARE(sizeCertainty(*coded("rtn", nullptr, "")), SizeCertainty::Exact);
        QCOMPARE(sizeCertainty(*coded("rtn", "encode", "rans")), SizeCertainty::AtMost);
        QCOMPARE(sizeCertainty(*coded("ecq", nullptr, "")), SizeCertainty::About);
        const auto exact = plan();
        const std::vector<std::size_t> row{2};
        QVERIFY(!planSummary(*exact).startsWith(QStringLiteral("a")));
        const auto most = edited(*exact, row, {.recipe = coded("rtn", "encode", "rans")});
        QVERIFY(most && planSummary(**most).startsWith(QStringLiteral("at most")));
        const auto about = edited(**most, row, {.recipe = coded("ecq", "rate", "3.48")});
        QVERIFY(about && planSummary(**about).startsWith(QStringLiteral("about")));
        LayersModel model;
        model.setPlan(*about);
        const QModelIndex index = model.indexOf((*about)->tensors[2]->tensor);
        QCOMPARE(index.siblingAtColumn(LayersModel::Bits).data().toString(),
                 QStringLiteral("3.48"));
        QVERIFY(index.siblingAtColumn(LayersModel::Size)
                    .data()
                    .toString()
                    .startsWith(QStringLiteral("≈")));
    }

    void errorsOfARunAppear() {
        LayersModel model;
        QAbstractItemModelTester tester(&model);
        model.setPlan(plan());
        std::map<std::string, LayerReport> reports;
        model.setReports([&](const std::string& name) {
            const auto it = reports.find(name);
            return it == reports.end() ? nullptr : &it->second;
        });
        const QModelIndex cell = model.indexOf("layers.0.q").siblingAtColumn(LayersModel::Error);
        QCOMPARE(cell.data().toString(), QString());
        reports["layers.0.q"] = {.name = "layers.0.q", .weightError = 0.04, .outputError = -1};
        model.reportsChanged();
        QCOMPARE(cell.data().toString(), QStringLiteral("4.00\u00a0%"));
        reports["layers.0.q"].outputError = 0.01; // measured: shown instead
        QCOMPARE(cell.data(LayersModel::ErrorRole).toDouble(), 0.01);
    }

    void theFilterKeepsBlocksOfFittingTensors() {
        LayersModel model;
        LayersFilter filter;
        filter.setSourceModel(&model);
        QAbstractItemModelTester tester(&filter);
        model.setPlan(plan());
        filter.setPattern(QStringLiteral("mlp.*"));
        QCOMPARE(filter.rowCount(), 3);
        QCOMPARE(filter.rowCount(filter.index(0, 0)), 1);
        filter.setPattern(QStringLiteral("*.1.q"));
        QCOMPARE(filter.rowCount(), 1);
        filter.setPattern(QStringLiteral("nothing"));
        QCOMPARE(filter.rowCount(), 0);
        filter.setPattern(QString());
        QCOMPARE(filter.rowCount(), 4);
    }

    void thousandsOfRowsAreQuick() {
        LayersModel model;
        auto current = plan(1500); // 4501 tensors
        model.setPlan(current);
        std::vector<std::size_t> all;
        for (std::size_t i = 0; i < current->model_tensors.size(); ++i)
            if (current->model_tensors[i].quantizable) all.push_back(i);
        QElapsedTimer clock;
        clock.start();
        const auto next = edited(*current, all, {.bits = 3});
        QVERIFY(next);
        model.setPlan(*next);
        const qint64 milliseconds = clock.elapsed();
        qInfo("edit of %zu rows: %lld ms", all.size(), static_cast<long long>(milliseconds));
        QVERIFY2(milliseconds < 400, "goal: under 100 ms");
    }

    void undoAndRedoBringPlansBack() {
        PlanDocument document;
        QSignalSpy changed(&document, &PlanDocument::changed);
        const auto first = plan();
        document.reset(first);
        const std::vector<std::size_t> rows{2};
        document.apply(QStringLiteral("Set bits to 3"),
                       *edited(*document.plan(), rows, {.bits = 3}));
        const auto second = document.plan();
        QCOMPARE(document.undoStack().undoText(), QStringLiteral("Set bits to 3"));
        for (int bits = 5; bits <= 8; ++bits) // a slider's steps become one
            document.apply(QStringLiteral("Budget"),
                           *edited(*document.plan(), rows, {.bits = bits}),
                           QStringLiteral("budget"));
        QCOMPARE(document.undoStack().count(), 2);
        QCOMPARE(document.plan()->tensors[2]->bits, 8);
        document.undoStack().undo();
        QCOMPARE(document.plan(), second);
        document.undoStack().undo();
        QCOMPARE(document.plan(), first);
        document.undoStack().redo();
        QCOMPARE(document.plan(), second);
        document.apply(QStringLiteral("nothing"), second);
        QCOMPARE(document.undoStack().count(), 2);
        document.reset(nullptr);
        QCOMPARE(document.undoStack().count(), 0);
        QVERIFY(changed.size() >= 9);
    }

    void experimentsKeepSelectionRowsWhenOnlyFiguresChange() {
        ExperimentsModel model;
        QAbstractItemModelTester tester(&model);
        auto list = std::make_shared<std::vector<Experiment>>();
        list->push_back({.id = {2},
                         .model = "m",
                         .recipe = "gptq",
                         .state = "done",
                         .bitsPerWeight = 3.25,
                         .bytes = 900});
        list->push_back({.id = {1}, .model = "m", .recipe = "rtn", .state = "running"});
        model.setExperiments(list);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.index(0, ExperimentsModel::Bpw).data().toString(), QStringLiteral("3.25"));
        QCOMPARE(model.index(0, ExperimentsModel::Perplexity).data().toString(), QString());
        QCOMPARE(model.index(1, ExperimentsModel::Bpw).data().toString(),
                 QString()); // not done yet
        auto next = std::make_shared<std::vector<Experiment>>(*list);
        (*next)[0].metrics = {{"perplexity", 30, "a"}, {"perplexity", 20.5, "b"}};
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setExperiments(next);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.index(0, ExperimentsModel::Perplexity)
                     .data(ExperimentsModel::SortRole)
                     .toDouble(),
                 20.5);
        QSignalSpy notes(&model, &ExperimentsModel::annotated);
        QVERIFY(model.setData(model.index(0, ExperimentsModel::Notes), QStringLiteral("good"),
                              Qt::EditRole));
        QVERIFY(!model.setData(model.index(0, ExperimentsModel::Id), 9, Qt::EditRole));
        QCOMPARE(notes.size(), 1);
        QCOMPARE(notes[0][0].toLongLong(), 2);
        next = std::make_shared<std::vector<Experiment>>();
        model.setExperiments(next);
        QCOMPARE(reset.size(), 1);
        QCOMPARE(model.rowOf({2}), -1);
    }
};

QTEST_MAIN(TstUiModels)
#include "tst_ui_models.moc"
