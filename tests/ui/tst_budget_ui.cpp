// The budget in the real window: slider and fields by mouse and keys, one undo step per drag,
// locks, ties of a target, what is not possible in words, the curve, and how long the window stands
// still while a plan of a thousand tensors follows the slider.
#include "tests/ui/gap_meter.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/pareto_chart.h"
#include "ui/panels/budget_page.h"
#include "ui/panels/layers_panel.h"
#include "ui/widgets/state_stack.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QStyleOptionSlider>
#include <QTabWidget>
#include <QTreeView>

#include <cmath>
#include <set>
#include <tuple>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

// ms between two turns of the event loop: the goal, and what fails in any build (unoptimised, with
// sanitizers); the benchmark of the window measures it.
constexpr qint64 MostGap = 50, StoodStill = 250;

// Where the handle is at a value.
QPoint handleAt(const QSlider& slider, int value) {
    QStyleOptionSlider option;
    option.initFrom(&slider);
    option.orientation = slider.orientation();
    option.minimum = slider.minimum();
    option.maximum = slider.maximum();
    option.sliderPosition = option.sliderValue = value;
    option.subControls = QStyle::SC_SliderHandle;
    return slider.style()
        ->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, &slider)
        .center();
}

void mouse(QWidget& widget, QEvent::Type type, const QPoint& at) {
    const bool move = type == QEvent::MouseMove;
    const bool release = type == QEvent::MouseButtonRelease;
    QMouseEvent event(type, at, widget.mapToGlobal(at), move ? Qt::NoButton : Qt::LeftButton,
                      release ? Qt::NoButton : Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&widget, &event);
}

// Takes the handle and moves it over `values`, and between two of them lets the window do
// something.
void drag(QSlider& slider, const std::vector<int>& values, const std::function<void()>& pause) {
    QPoint at = handleAt(slider, slider.value());
    mouse(slider, QEvent::MouseButtonPress, at);
    for (const int value : values) {
        at = handleAt(slider, value);
        mouse(slider, QEvent::MouseMove, at);
        pause();
    }
    mouse(slider, QEvent::MouseButtonRelease, at);
}

bool settled(Studio& studio) {
    const BudgetControl& budget = studio.window.session().budget();
    const bool done = QTest::qWaitFor(
        [&] {
            return budget.state() != BudgetState::Preparing && !budget.allocating() &&
                   (budget.state() != BudgetState::Ready || !budget.curve().empty() ||
                    !budget.error().isEmpty());
        },
        Patience);
    settle();
    return done;
}

std::vector<int> bitsOf(const Plan& plan) {
    std::vector<int> out;
    for (const auto& row : plan.tensors) out.push_back(row->bits);
    return out;
}

} // namespace

class TstBudgetUi : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void saysWhatToDoBeforeAnythingIsMeasured();
    void keysMoveTheBudgetAndUndoRestores();
    void aDragIsOneStep();
    void lockedRowsStay();
    void whatATargetJoinsStaysTogether();
    void whatIsNotPossibleIsSaidInWords();
    void allocatorsAndLimits();
    void measuredLossesTakeOver();
    void aClickOnTheCurveIsTheBudget();
    void aTensorWithoutMeasurementFails();
    void aThousandTensorsFollowTheSlider();

private:
    StudioFolder m_folder;
};

void TstBudgetUi::saysWhatToDoBeforeAnythingIsMeasured() {
    Studio studio(m_folder.path("a.db"));
    BudgetPage* page = studio.window.inspector()->budget();
    studio.window.inspector()->tabs()->setCurrentWidget(page);
    auto* stack = page->findChild<StateStack*>();
    QVERIFY2(stack->noteText().contains(QStringLiteral("Open a model")),
             qPrintable(stack->noteText()));
    auto* slider = studio.find<QSlider>("budgetSlider");
    QVERIFY(!slider->isEnabled());
    QVERIFY(studio.open(m_folder.model()));
    QVERIFY(slider->isEnabled());
    auto* message = studio.find<QLabel>("budgetMessage");
    QVERIFY2(message->isVisible() &&
                 message->text().contains(QStringLiteral("error of the weights")),
             qPrintable(message->text()));
    QVERIFY(stack->noteText().contains(QStringLiteral("Analyze")));
    // The page's button measures; the curve comes.
    auto* measure = studio.find<QPushButton>("budgetMeasure");
    QVERIFY(measure->isVisible());
    QTest::mouseClick(measure, Qt::LeftButton);
    QCOMPARE(studio.window.session().budget().state(), BudgetState::Preparing);
    QVERIFY2(stack->noteText().contains(QStringLiteral("Finding sizes")),
             qPrintable(stack->noteText()));
    QVERIFY(settled(studio));
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    QVERIFY(!measure->isVisible());
    QCOMPARE(page->chart()->data().uniform.size(), 7u); // 2 to 8 bits
    QVERIFY(page->chart()->data().planned);
    QCOMPARE(studio.window.session().document().undoStack().count(), 0); // nothing was changed
    // Nothing has a recipe: nothing to spend bits on.
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < studio.window.session().document().plan()->tensors.size(); ++i)
        if (studio.window.session().document().plan()->tensors[i]->recipe) all.push_back(i);
    studio.window.session().edit(all, {.keep = true}, QStringLiteral("test"));
    QVERIFY(!slider->isEnabled());
    QVERIFY2(message->text().contains(QStringLiteral("No tensor has a recipe")),
             qPrintable(message->text()));
    QVERIFY(stack->noteText().contains(QStringLiteral("No tensor has a recipe")));
}

void TstBudgetUi::keysMoveTheBudgetAndUndoRestores() {
    Studio studio(m_folder.path("b.db"));
    QVERIFY(studio.open(m_folder.model()));
    QAbstractItemModelTester tester(&studio.window.layers()->model());
    PlanDocument& document = studio.window.session().document();
    const auto first = document.plan();
    auto* slider = studio.find<QSlider>("budgetSlider");
    slider->setFocus();
    // The first move measures the weights, and is answered then.
    QTest::keyClick(slider, Qt::Key_Left);
    QCOMPARE(studio.window.session().budget().state(), BudgetState::Preparing);
    QVERIFY(studio.find<QLabel>("budgetMessage")->text().contains(QStringLiteral("first time")));
    QTRY_VERIFY_WITH_TIMEOUT(document.plan() != first, Patience);
    QVERIFY(settled(studio));
    QTest::keyClick(slider, Qt::Key_PageDown);
    QTest::keyClick(slider, Qt::Key_Left);
    QVERIFY(settled(studio));
    const double wanted = studio.window.session().budget().wanted();
    QVERIFY(wanted < first->bitsPerWeight());
    QVERIFY(document.plan()->bitsPerWeight() <= wanted + 1e-9);
    QVERIFY(document.plan()->bitsPerWeight() > wanted - 0.3);
    std::set<int> widths;
    for (const int bits : bitsOf(*document.plan()))
        if (bits) widths.insert(bits);
    QVERIFY(widths.size() > 1); // a mix, which is what allocation is for
    QVERIFY(document.undoStack().undoText().contains(QStringLiteral("Budget")));
    while (document.undoStack().canUndo()) document.undoStack().undo();
    QCOMPARE(document.plan(), first);
    QVERIFY(std::abs(studio.window.session().budget().wanted() - first->bitsPerWeight()) < 1e-9);
    QCOMPARE(slider->value(), static_cast<int>(std::lround(first->bitsPerWeight() * 100)));
    // Typed, in bits and in bytes.
    auto* bits = studio.find<QDoubleSpinBox>("budgetBits");
    bits->setFocus();
    bits->selectAll();
    QTest::keyClicks(bits, QStringLiteral("3.5"));
    QTest::keyClick(bits, Qt::Key_Return);
    QVERIFY(settled(studio));
    QTRY_VERIFY(std::abs(document.plan()->bitsPerWeight() - 3.5) < 0.3);
    auto* bytes = studio.find<QLineEdit>("budgetBytes");
    const auto target = document.plan()->bytes * 11 / 10;
    bytes->setFocus();
    bytes->selectAll();
    QTest::keyClicks(bytes, QString::number(target));
    QTest::keyClick(bytes, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(settled(studio) && document.plan()->bytes > target * 97 / 100,
                             Patience);
    QVERIFY(document.plan()->bytes <= target);
    bytes->selectAll();
    QTest::keyClicks(bytes, QStringLiteral("much"));
    QTest::keyClick(bytes, Qt::Key_Return);
    QVERIFY(studio.find<QLabel>("budgetMessage")->text().contains(QStringLiteral("no size")));
}

void TstBudgetUi::aDragIsOneStep() {
    Studio studio(m_folder.path("c.db"));
    QVERIFY(studio.open(m_folder.model()));
    PlanDocument& document = studio.window.session().document();
    studio.window.session().budget().prepare();
    QVERIFY(settled(studio));
    const auto first = document.plan();
    auto* slider = studio.find<QSlider>("budgetSlider");
    std::set<std::shared_ptr<const Plan>> seen;
    QObject::connect(&document, &PlanDocument::changed, slider,
                     [&] { seen.insert(document.plan()); });
    drag(*slider, {380, 360, 340, 320, 300, 280, 300, 320, 350}, [&] { settled(studio); });
    QVERIFY(settled(studio));
    QVERIFY2(seen.size() >= 4, "plans follow while the slider moves");
    QCOMPARE(document.undoStack().count(), 1);
    const auto last = document.plan();
    QVERIFY(std::abs(last->bitsPerWeight() - slider->value() / 100.0) < 0.3);
    drag(*slider, {500, 600}, [&] { settled(studio); });
    QVERIFY(settled(studio));
    QCOMPARE(document.undoStack().count(), 2);
    document.undoStack().undo();
    QCOMPARE(document.plan(), last);
    document.undoStack().undo();
    QCOMPARE(document.plan(), first);
    document.undoStack().redo();
    QCOMPARE(document.plan(), last);
}

void TstBudgetUi::lockedRowsStay() {
    Studio studio(m_folder.path("d.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    LayersModel& model = studio.window.layers()->model();
    const QModelIndex row = model.indexOf("model.layers.1.mlp.down_proj.weight");
    const std::size_t at = model.planRows(row).front();
    session.edit(std::vector<std::size_t>{at}, {.bits = 7}, QStringLiteral("test"));
    session.budget().prepare();
    QVERIFY(settled(studio));
    const double before = session.budget().least();
    // Locked in its cell, while the problem is at hand: nothing is measured again.
    QVERIFY(model.setData(row.siblingAtColumn(LayersModel::Lock), Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(session.budget().state(), BudgetState::Ready);
    QTRY_VERIFY(session.budget().least() > before); // seven bits are the least there now
    auto* slider = studio.find<QSlider>("budgetSlider");
    for (const int key : {Qt::Key_Home, Qt::Key_End}) {
        QTest::keyClick(slider, static_cast<Qt::Key>(key));
        QVERIFY(settled(studio));
        QCOMPARE(session.document().plan()->tensors[at]->bits, 7);
    }
    int eights = 0;
    for (const int bits : bitsOf(*session.document().plan())) eights += bits == 8;
    QCOMPARE(eights, 27); // all others went up
    // Unlocked, it follows again.
    QVERIFY(
        model.setData(row.siblingAtColumn(LayersModel::Lock), Qt::Unchecked, Qt::CheckStateRole));
    QTRY_VERIFY(std::abs(session.budget().least() - before) < 1e-9);
    QTest::keyClick(slider, Qt::Key_Home);
    QTRY_COMPARE_WITH_TIMEOUT(session.document().plan()->tensors[at]->bits, 2, Patience);
}

void TstBudgetUi::whatATargetJoinsStaysTogether() {
    Studio studio(m_folder.path("e.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    const auto joined = [&] {
        const Plan& plan = *session.document().plan();
        std::map<int, std::set<int>> qkv, gateUp;
        for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
            const PlanTensor& t = plan.model_tensors[i];
            if (t.role == "attn.q" || t.role == "attn.k" || t.role == "attn.v")
                qkv[t.block].insert(plan.tensors[i]->bits);
            if (t.role == "mlp.gate" || t.role == "mlp.up")
                gateUp[t.block].insert(plan.tensors[i]->bits);
        }
        const auto one = [](const auto& sets) {
            return sets.size() == 4 && std::ranges::all_of(sets, [](const auto& set) {
                       return set.second.size() == 1;
                   });
        };
        return one(qkv) && one(gateUp);
    };
    session.budget().prepare();
    QVERIFY(settled(studio));
    auto* bits = studio.find<QDoubleSpinBox>("budgetBits");
    bool apart = false;
    for (const double wish : {3.1, 3.6, 5.2, 6.1}) {
        bits->setValue(wish);
        QVERIFY(settled(studio));
        apart = apart || !joined();
    }
    QVERIFY2(apart, "without a target q, k and v may differ");
    const auto target = findTarget("vllm");
    QVERIFY(target && (*target)->fuses());
    session.target().choose(*target);
    QVERIFY(settled(studio));
    for (const double wish : {5.0, 6.1}) {
        bits->setValue(wish);
        QVERIFY(settled(studio));
        QVERIFY2(session.budget().error().isEmpty(), qPrintable(session.budget().error()));
        QVERIFY(joined());
    }
}

void TstBudgetUi::whatIsNotPossibleIsSaidInWords() {
    Studio studio(m_folder.path("f.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.budget().prepare();
    QVERIFY(settled(studio));
    const auto before = session.document().plan();
    auto* bits = studio.find<QDoubleSpinBox>("budgetBits");
    auto* message = studio.find<QLabel>("budgetMessage");
    bits->setValue(1.0);
    QTRY_VERIFY2_WITH_TIMEOUT(message->text().startsWith(QStringLiteral("Not possible")),
                              qPrintable(message->text()), Patience);
    QVERIFY(message->isVisible());
    QCOMPARE(session.document().plan(), before);
    QVERIFY(!QApplication::activeModalWidget());
    bits->setValue(4.5);
    QTRY_VERIFY_WITH_TIMEOUT(!message->text().startsWith(QStringLiteral("Not possible")), Patience);
    // Everything locked.
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < before->tensors.size(); ++i)
        if (before->tensors[i]->recipe) all.push_back(i);
    session.edit(all, {.locked = 1}, QStringLiteral("test"));
    const auto locked = session.document().plan();
    bits->setValue(3.0);
    QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(QStringLiteral("locked")),
                              qPrintable(message->text()), Patience);
    QCOMPARE(session.document().plan(), locked);
}

void TstBudgetUi::allocatorsAndLimits() {
    Studio studio(m_folder.path("g.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.budget().prepare();
    QVERIFY(settled(studio));
    auto* allocator = studio.find<QComboBox>("budgetAllocator");
    QCOMPARE(allocator->count(), static_cast<int>(allAllocators().size()));
    int controls = 0;
    for (int i = 0; i < allocator->count(); ++i)
        controls += allocator->itemText(i).contains(QStringLiteral("control"));
    QVERIFY(controls >= 2);
    auto* bits = studio.find<QDoubleSpinBox>("budgetBits");
    bits->setValue(3.7);
    QVERIFY(settled(studio));
    const double best = session.budget().planned()->loss;
    allocator->setCurrentIndex(allocator->findData(QStringLiteral("reversed")));
    QVERIFY(allocator->currentIndex() >= 0);
    Q_EMIT allocator->activated(allocator->currentIndex());
    QVERIFY(settled(studio));
    QTRY_VERIFY(session.budget().planned()->loss > best); // deliberately bad
    allocator->setCurrentIndex(allocator->findData(QStringLiteral("uniform")));
    Q_EMIT allocator->activated(allocator->currentIndex());
    QVERIFY(settled(studio));
    std::set<int> widths;
    for (const int width : bitsOf(*session.document().plan()))
        if (width) widths.insert(width);
    QCOMPARE(widths.size(), 1u);
    allocator->setCurrentIndex(allocator->findData(QStringLiteral("lagrange")));
    Q_EMIT allocator->activated(allocator->currentIndex());
    // No fewer than 3, no more than 5 bits.
    auto* least = studio.find<QSpinBox>("budgetLeast");
    auto* most = studio.find<QSpinBox>("budgetMost");
    QCOMPARE(least->text(), QStringLiteral("any"));
    least->setValue(3);
    most->setValue(5);
    QVERIFY(settled(studio));
    auto* slider = studio.find<QSlider>("budgetSlider");
    for (const int key : {Qt::Key_Home, Qt::Key_End}) {
        QTest::keyClick(slider, static_cast<Qt::Key>(key));
        QVERIFY(settled(studio));
        const int wanted = key == Qt::Key_Home ? 3 : 5;
        for (const int width : bitsOf(*session.document().plan()))
            QVERIFY2(width == 0 || width == wanted, qPrintable(QString::number(width)));
    }
}

void TstBudgetUi::measuredLossesTakeOver() {
    Studio studio(m_folder.path("h.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    QVERIFY(session.budget().losses().empty());
    SensitivityOptions options{.metric = "kl", .widths = {2, 3, 4, 6, 8}};
    options.text = toPath(m_folder.text());
    options.calibration.samples = 8;
    options.tokens = 256;
    studio.window.runs().analyze({.model = session.model(), .options = options});
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    // The divergence is taken as soon as it is known, without being asked.
    QTRY_COMPARE_WITH_TIMEOUT(session.budget().losses(), std::string("kl"), Patience);
    QTRY_COMPARE_WITH_TIMEOUT(session.budget().state(), BudgetState::Ready, Patience);
    QVERIFY(settled(studio));
    auto* losses = studio.find<QComboBox>("budgetLosses");
    QCOMPARE(losses->count(), 2);
    QCOMPARE(losses->currentData().toString(), QStringLiteral("kl"));
    studio.find<QDoubleSpinBox>("budgetBits")->setValue(3.7);
    QVERIFY(settled(studio));
    QTRY_VERIFY(session.sensitivities().planned().prediction.has_value());
    // The point of the curve is the prediction in words.
    QTRY_VERIFY(std::abs(session.budget().planned()->loss -
                         session.sensitivities().planned().prediction->kl) < 1e-9);
    const double byKl = session.sensitivities().planned().prediction->kl;
    losses->setCurrentIndex(losses->findData(QString()));
    Q_EMIT losses->activated(losses->currentIndex());
    QVERIFY(settled(studio));
    // Whatever the weights' error prefers cannot be predicted to be better.
    QVERIFY(session.sensitivities().planned().prediction->kl >= byKl * 0.999);
}

void TstBudgetUi::aClickOnTheCurveIsTheBudget() {
    Studio studio(m_folder.path("h.db")); // with its divergences
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    BudgetPage* page = studio.window.inspector()->budget();
    studio.window.inspector()->tabs()->setCurrentWidget(page);
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    settle(); // laid out
    const auto before = session.document().plan();
    const auto& curve = page->chart()->data().curve;
    const QPointF wanted = curve[curve.size() / 3];
    QWidget* viewport = page->chart()->view()->viewport();
    QTest::mouseClick(viewport, Qt::LeftButton, {}, page->chart()->positionOf(wanted));
    QTRY_VERIFY_WITH_TIMEOUT(session.document().plan() != before, Patience);
    QVERIFY(settled(studio));
    const double bits = session.document().plan()->bitsPerWeight();
    QVERIFY2(std::abs(bits - wanted.x()) < 0.25,
             qPrintable(QStringLiteral("%1 %2").arg(bits).arg(wanted.x())));
    QCOMPARE(session.document().undoStack().count(), 1);
    // The plan's point follows the slider.
    const auto point = page->chart()->data().planned;
    QVERIFY(point);
    QTest::keyClick(studio.find<QSlider>("budgetSlider"), Qt::Key_PageUp);
    QTRY_VERIFY_WITH_TIMEOUT(page->chart()->data().planned->x() > point->x() + 0.1, Patience);
    // In bytes, too.
    studio.find<QComboBox>("budgetSize")->setCurrentIndex(1);
    settle();
    const auto& inBytes = page->chart()->data().curve;
    const QPointF size = inBytes[inBytes.size() / 2];
    QTest::mouseClick(viewport, Qt::LeftButton, {}, page->chart()->positionOf(size));
    QTRY_VERIFY_WITH_TIMEOUT(std::abs(static_cast<double>(session.document().plan()->bytes) / 1e6 -
                                      size.x()) < 0.06 * size.x(),
                             Patience);
    QVERIFY(page->chart()->view()->save(m_folder.path("pareto.csv")));
}

void TstBudgetUi::aTensorWithoutMeasurementFails() {
    Studio studio(m_folder.path("h.db")); // divergences of what is inside blocks
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    BudgetPage* page = studio.window.inspector()->budget();
    studio.window.inspector()->tabs()->setCurrentWidget(page);
    QTRY_COMPARE_WITH_TIMEOUT(session.budget().state(), BudgetState::Ready, Patience);
    const std::vector<std::size_t> embedding{0};
    session.edit(embedding, {.recipe = *findRecipe("rtn")}, QStringLiteral("test"));
    auto* message = studio.find<QLabel>("budgetMessage");
    QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains(QStringLiteral("embed_tokens")),
                              qPrintable(message->text()), Patience);
    QCOMPARE(session.budget().state(), BudgetState::Failed);
    QVERIFY(page->findChild<StateStack*>()->noteText().contains(QStringLiteral("embed_tokens")));
    // Locked, as the message says, it is no obstacle, and stays.
    session.edit(embedding, {.locked = 1}, QStringLiteral("test"));
    QTRY_COMPARE_WITH_TIMEOUT(session.budget().state(), BudgetState::Ready, Patience);
    const int kept = session.document().plan()->tensors[0]->bits;
    const auto before = session.document().plan();
    studio.find<QDoubleSpinBox>("budgetBits")->setValue(3.3);
    QTRY_VERIFY_WITH_TIMEOUT(session.document().plan() != before, Patience);
    QCOMPARE(session.document().plan()->tensors[0]->bits, kept);
    // Unlocked again, it is one.
    session.edit(embedding, {.locked = 0}, QStringLiteral("test"));
    QTRY_COMPARE_WITH_TIMEOUT(session.budget().state(), BudgetState::Failed, Patience);
}

void TstBudgetUi::aThousandTensorsFollowTheSlider() {
    const SmallModel large{.hidden = 64, .mlp = 128, .blocks = 143};
    QVERIFY(writeSmallModel(toPath(m_folder.path("thousand")), large));
    Studio studio(m_folder.path("j.db"));
    QVERIFY(studio.open(m_folder.path("thousand")));
    Session& session = studio.window.session();
    // As much as there can be on the screen: all rows, every column, the curve.
    SensitivityOptions options{.metric = "weight_error", .widths = {2, 3, 4, 5, 6, 7, 8}};
    studio.window.runs().analyze({.model = session.model(), .options = options});
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    QTRY_VERIFY_WITH_TIMEOUT(session.sensitivities().completeTable("weight_error") != nullptr,
                             Patience);
    session.budget().setLosses("weight_error");
    QTRY_COMPARE_WITH_TIMEOUT(session.budget().state(), BudgetState::Ready, Patience);
    QVERIFY(settled(studio));
    studio.window.layers()->view()->expandAll();
    BudgetPage* page = studio.window.inspector()->budget();
    studio.window.inspector()->tabs()->setCurrentWidget(page);
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    settle(); // first painting is over
    QCOMPARE(session.document().plan()->quantizedWeights > 0, true);
    std::size_t rows = 0;
    for (const auto& row : session.document().plan()->tensors) rows += row->recipe != nullptr;
    QVERIFY(rows >= 1000);
    auto* slider = studio.find<QSlider>("budgetSlider");
    std::size_t plans = 0;
    QObject::connect(&session.document(), &PlanDocument::changed, slider, [&] { ++plans; });
    std::vector<int> path;
    for (int value = 450; value > 300; value -= 3) path.push_back(value);
    for (int value = 300; value < 600; value += 7) path.push_back(value);
    const double before = session.document().plan()->bitsPerWeight();
    GapMeter gap;
    // Faster than a hand; plans follow, or the next move comes.
    drag(*slider, path, [&] {
        std::ignore = QTest::qWaitFor([&, before = plans] { return plans > before; }, 16);
    });
    QVERIFY(settled(studio));
    qInfo("%zu tensors: longest gap between event-loop turns while the slider moved: %lld ms, of "
          "which the window worked %.1f ms; %zu plans for %zu moves (goal: under %lld ms)",
          rows, static_cast<long long>(gap.longest()), gap.longestWork(), plans, path.size(),
          static_cast<long long>(MostGap));
    QVERIFY(plans >= 10);
    QVERIFY(session.document().plan()->bitsPerWeight() > before);
    QCOMPARE(session.document().undoStack().count(), 1);
    // Of the thread's own time: a busy machine is no failure.
    QVERIFY2(gap.longestWork() < static_cast<double>(StoodStill), "the window stood still");
}

QTEST_MAIN(TstBudgetUi)
#include "tst_budget_ui.moc"
