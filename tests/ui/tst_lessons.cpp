// The lessons in the real window: every file with its picture, every control of every picture, the
// keyboard from the first step of the first lesson to the last of the last, with and without a
// model, dark, small and large.
#include "core/lessons/lesson.h"
#include "core/quant/layer_errors.h"
#include "tests/ui/clipped.h"
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/lessons/lesson_player.h"
#include "ui/lessons/lesson_window.h"
#include "ui/lessons/picture.h"
#include "ui/lessons/picture_view.h"
#include "ui/lessons/question_box.h"
#include "ui/lessons/tiny.h"
#include "ui/widgets/flow_layout.h"
#include "ui/window/learn.h"

#include <QAbstractButton>
#include <QElapsedTimer>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSettings>
#include <QSlider>
#include <QStyle>

#include <algorithm>
#include <cmath>
#include <set>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

constexpr double MostMilliseconds = 100; // of a picture's own work

QImage pictureOf(PictureView* view) {
    return view->canvas()->grab().toImage().convertToFormat(QImage::Format_RGB32);
}

// Different colours on it: an empty picture has one.
int colorsOf(const QImage& image) {
    std::set<QRgb> colors;
    for (int y = 0; y < image.height(); y += 3)
        for (int x = 0; x < image.width(); x += 3) colors.insert(image.pixel(x, y));
    return static_cast<int>(colors.size());
}

std::vector<Reading> readingsOf(PictureView* view) { return view->picture()->readings(); }

bool settled(PictureView* view) {
    return QTest::qWaitFor([view] { return !view->working(); }, RunPatience);
}

} // namespace

class TstLessons : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_folder.make());
        qputenv("BITSMITH_DEMO", BITSMITH_SOURCE_DIR "/resources/demo");
    }
    void cleanup() {
        applyZoom(1);
        QSettings().clear();
    }
    void everyLessonHasPictureAndPages();
    void everyPictureIsNamedByItself();
    void picturesAreDrawnAndReact_data();
    void picturesAreDrawnAndReact();
    void picturesTakeMyWeights();
    void withoutAModelItExplainsItself();
    void keyboardWalksThroughEverything();
    void keysBelongToControlsThatNeedThem();
    void questionsAnswer();
    void doneLessonsAreRemembered();
    void nothingIsCutOff();
    void theListShowsWholeTexts();
    void reachedFromMenuStartAndCommandLine();
    void aFileOfOnesOwn();
    void gptqMovieEndsWhereTheEngineEnds();
    void playGoesToTheEnd();
    void wordsRunAsAJob();

private:
    StudioFolder m_folder;
};

void TstLessons::everyLessonHasPictureAndPages() {
    Studio studio(m_folder.path("a.db"));
    PictureView view(studio.services, studio.window.session());
    QStringList used;
    for (const Lesson& lesson : builtinLessons()) {
        QVERIFY2(view.setPicture(lesson.picture), lesson.id.c_str());
        used += qs(lesson.picture);
        for (const LessonStep& step : lesson.steps) {
            const Status put = view.put(step.settings);
            QVERIFY2(put, put ? "" : (lesson.id + ": " + put.error().message).c_str());
            const bool known =
                step.panel.empty() ||
                std::ranges::any_of(showablePanels(), [&](const ShowablePanel& panel) {
                    return step.panel == panel.id;
                });
            QVERIFY2(known, (lesson.id + ": " + step.panel).c_str());
        }
    }
    for (const PictureEntry& entry : allPictures()) // none without a lesson
        QVERIFY2(used.contains(QLatin1String(entry.id)), entry.id);
    QVERIFY(!view.setPicture("nonsense"));
    QVERIFY(view.setPicture("number_line"));
    for (const char* bad : {"bits=lots", "bits=99", "bist=3", "symmetric=maybe"}) {
        const std::string text = bad;
        const auto at = text.find('=');
        QVERIFY2(!view.put({{text.substr(0, at), text.substr(at + 1)}}), bad);
    }
}

void TstLessons::everyPictureIsNamedByItself() {
    for (const PictureEntry& entry : allPictures()) {
        const auto picture = entry.make();
        QCOMPARE(QLatin1String(picture->info().id), QLatin1String(entry.id));
        QVERIFY2(QString::fromUtf8(picture->info().alt).size() > 40, entry.id);
        QStringList ids;
        for (const Control& control : picture->controls()) {
            QVERIFY2(!ids.contains(control.id) && !control.tip.isEmpty() &&
                         !control.title.isEmpty(),
                     entry.id);
            ids += control.id;
            QVERIFY(control.value >= control.min && control.value <= control.max);
        }
        QVERIFY2(!ids.isEmpty(), entry.id);
    }
}

void TstLessons::picturesAreDrawnAndReact_data() {
    QTest::addColumn<QByteArray>("id");
    for (const PictureEntry& entry : allPictures()) QTest::newRow(entry.id) << QByteArray(entry.id);
}

void TstLessons::picturesAreDrawnAndReact() {
    QFETCH(QByteArray, id);
    Studio studio(m_folder.path("b.db"));
    PictureView view(studio.services, studio.window.session());
    view.resize(800, 700);
    view.show();
    QVERIFY(view.setPicture(id.toStdString()));
    QVERIFY(settled(&view));
    QVERIFY2(colorsOf(pictureOf(&view)) > 8, "an empty picture");
    QVERIFY(!readingsOf(&view).empty());
    QVERIFY(!view.canvas()->accessibleName().isEmpty());
    QVERIFY(view.canvas()->accessibleDescription().size() > 40);
    int reacted = 0, controls = 0;
    double slowest = 0;
    for (const Control& control : view.picture()->controls()) {
        if (control.id == QLatin1String("pair") || control.id == QLatin1String("seed")) continue;
        const std::string name = control.id.toStdString();
        ++controls;
        bool changed = false;
        // The ends and the middle; a button is pressed.
        const bool press = control.kind == Control::Kind::Button;
        for (const double part : press ? std::vector{0.0} : std::vector{0.0, 0.4, 1.0}) {
            const auto before = readingsOf(&view);
            const QImage image = pictureOf(&view);
            view.setValue(name, press ? view.values().number(name) + 1
                                      : control.min + part * (control.max - control.min));
            slowest = std::max(slowest, view.computeMilliseconds());
            QVERIFY(settled(&view));
            changed = changed || readingsOf(&view) != before || pictureOf(&view) != image;
        }
        // Widgets show what is set.
        if (auto* edit = view.findChild<QSlider*>(QStringLiteral("control-") + control.id))
            QCOMPARE(edit->value(),
                     static_cast<int>(
                         std::lround((view.values().number(name) - control.min) / control.step)));
        if (changed) ++reacted;
        QVERIFY2(changed, qPrintable(QStringLiteral("nothing follows '%1'").arg(control.id)));
        view.setValue(name, control.value);
    }
    QCOMPARE(reacted, controls);
    qInfo("%s: at most %.2f ms", id.constData(), slowest);
    QVERIFY2(slowest < MostMilliseconds, "too slow for a slider");
    for (const Reading& reading : readingsOf(&view))
        QVERIFY2(reading.title != said("not possible"), qPrintable(reading.value));
}

void TstLessons::picturesTakeMyWeights() {
    Studio studio(m_folder.path("c.db"));
    QVERIFY(studio.open(m_folder.model()));
    PictureView view(studio.services, studio.window.session());
    view.resize(800, 700);
    view.show();
    for (const PictureEntry& entry : allPictures()) {
        QVERIFY(view.setPicture(entry.id));
        QVERIFY(settled(&view));
        const auto example = readingsOf(&view);
        auto* button = view.findChild<QPushButton*>(QStringLiteral("pictureWeights"));
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(view.showsWeights(), Patience);
        QVERIFY(settled(&view));
        QVERIFY2(readingsOf(&view) != example || QByteArray(entry.id) == "words", entry.id);
        const auto* note = view.findChild<QLabel*>(QStringLiteral("pictureNote"));
        const QString wanted = view.picture()->info().source == PictureInfo::Source::Model
                                   ? QStringLiteral("small")
                                   : qs(studio.window.session().activeTensor());
        QVERIFY2(note->text().contains(wanted),
                 qPrintable(QLatin1String(entry.id) + QStringLiteral(": ") + note->text()));
        QVERIFY2(colorsOf(pictureOf(&view)) > 8, entry.id);
        QVERIFY2(view.computeMilliseconds() < MostMilliseconds, entry.id);
        QTest::mouseClick(button, Qt::LeftButton); // back to the example
        QVERIFY(!view.showsWeights());
    }
    // Another tensor is another picture; what is no matrix says so.
    QVERIFY(view.setPicture("mse_valley"));
    view.useWeights(true);
    QTRY_VERIFY_WITH_TIMEOUT(view.showsWeights(), Patience);
    const auto first = readingsOf(&view);
    studio.window.session().activate("model.layers.1.mlp.up_proj.weight");
    QTRY_VERIFY_WITH_TIMEOUT(readingsOf(&view) != first && view.showsWeights(), Patience);
    studio.window.session().activate("model.norm.weight");
    const auto* note = view.findChild<QLabel*>(QStringLiteral("pictureNote"));
    QTRY_VERIFY2(note->text().contains(QStringLiteral("no matrix")), qPrintable(note->text()));
}

void TstLessons::withoutAModelItExplainsItself() {
    Studio studio(m_folder.path("d.db"));
    QVERIFY(studio.window.learn().open(QStringLiteral("number_line")));
    LessonWindow* lessons = studio.window.learn().window();
    PictureView* view = lessons->player()->picture();
    const auto example = readingsOf(view);
    QTest::mouseClick(view->findChild<QPushButton*>(QStringLiteral("pictureWeights")),
                      Qt::LeftButton);
    const auto* note = view->findChild<QLabel*>(QStringLiteral("pictureNote"));
    QVERIFY2(note->isVisible() && note->text().contains(QStringLiteral("No model is open")),
             qPrintable(note->text()));
    QCOMPARE(readingsOf(view), example);
    auto* demo = view->findChild<QPushButton*>(QStringLiteral("pictureDemo"));
    QVERIFY(demo->isVisible());
    QTest::mouseClick(demo, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(view->showsWeights(), Patience);
    QVERIFY(readingsOf(view) != example);
    QVERIFY(!demo->isVisible());
}

void TstLessons::keyboardWalksThroughEverything() {
    Studio studio(m_folder.path("e.db"));
    studio.window.learn().openList();
    LessonWindow* lessons = studio.window.learn().window();
    QVERIFY(QTest::qWaitForWindowActive(lessons));
    QTest::keyClick(lessons->findChild<QListWidget*>(), Qt::Key_Return);
    QVERIFY(lessons->playing());
    LessonPlayer* player = lessons->player();
    const int keys[] = {Qt::Key_Right, Qt::Key_PageDown, Qt::Key_Space};
    int presses = 0;
    QStringList seen;
    for (const Lesson& lesson : builtinLessons()) {
        QCOMPARE(qs(player->lesson().id), qs(lesson.id));
        const int steps = player->stepCount(); // of this lesson: the last key opens the next
        for (int step = 0; step < steps; ++step) {
            QCOMPARE(player->step(), step);
            QVERIFY(lessons->playing());
            if (player->atQuestion()) { // answered by a number key
                QTest::keyClick(lessons->focusWidget(), Qt::Key_1);
                QCOMPARE(player->question()->chosen(), 0);
                QVERIFY(!player->question()
                             ->findChild<QLabel*>(QStringLiteral("questionFeedback"))
                             ->text()
                             .isEmpty());
            } else {
                seen += player->findChild<QLabel*>(QStringLiteral("lessonStepTitle"))->text();
            }
            QTest::keyClick(lessons->focusWidget(), static_cast<Qt::Key>(keys[presses++ % 3]));
        }
    }
    QVERIFY(!lessons->playing()); // after the last: the list
    QVERIFY(seen.size() > 36);
    // Backwards, over the border of a lesson, and out.
    QVERIFY(lessons->openLesson(qs(builtinLessons()[1].id)));
    QTest::keyClick(lessons->focusWidget(), Qt::Key_Right);
    QTest::keyClick(lessons->focusWidget(), Qt::Key_Left);
    QCOMPARE(player->step(), 0);
    QTest::keyClick(lessons->focusWidget(), Qt::Key_PageUp);
    QCOMPARE(qs(player->lesson().id), qs(builtinLessons()[0].id));
    QTest::keyClick(lessons->focusWidget(), Qt::Key_Escape);
    QVERIFY(!lessons->playing());
    QTest::keyClick(lessons->focusWidget(), Qt::Key_Escape);
    QVERIFY(!lessons->isVisible());
}

void TstLessons::keysBelongToControlsThatNeedThem() {
    Studio studio(m_folder.path("f.db"));
    QVERIFY(studio.window.learn().open(QStringLiteral("number_line")));
    LessonWindow* lessons = studio.window.learn().window();
    QVERIFY(QTest::qWaitForWindowActive(lessons));
    LessonPlayer* player = lessons->player();
    auto* bits = player->findChild<QSlider*>(QStringLiteral("control-bits"));
    bits->setFocus();
    const int before = bits->value();
    QTest::keyClick(bits, Qt::Key_Right);
    QCOMPARE(bits->value(), before + 1);
    QCOMPARE(player->step(), 0);
    QTest::keyClick(bits, Qt::Key_PageDown); // a presenter's key goes on from everywhere
    QCOMPARE(player->step(), 1);
    auto* symmetric = player->findChild<QAbstractButton*>(QStringLiteral("control-symmetric"));
    symmetric->setFocus();
    const bool was = symmetric->isChecked();
    QTest::keyClick(symmetric, Qt::Key_Space);
    QCOMPARE(symmetric->isChecked(), !was);
    QCOMPARE(player->step(), 1);
}

void TstLessons::questionsAnswer() {
    Studio studio(m_folder.path("g.db"));
    QVERIFY(studio.window.learn().open(QStringLiteral("number_line")));
    LessonPlayer* player = studio.window.learn().window()->player();
    for (const Lesson& lesson : builtinLessons()) {
        QVERIFY(studio.window.learn().open(qs(lesson.id)));
        player->goTo(player->stepCount() - 1);
        QVERIFY(player->question()->isVisible());
        const auto* feedback =
            player->question()->findChild<QLabel*>(QStringLiteral("questionFeedback"));
        QVERIFY(!feedback->isVisible());
        for (std::size_t i = 0; i < lesson.question.answers.size(); ++i) {
            auto* label =
                player->question()->findChild<QLabel*>(QStringLiteral("answerText-%1").arg(i));
            QVERIFY(label);
            QTest::mouseClick(label, Qt::LeftButton);
            QCOMPARE(player->question()->chosen(), static_cast<int>(i));
            QVERIFY(feedback->isVisible());
            QVERIFY(feedback->text().contains(lesson.question.answers[i].right
                                                  ? QStringLiteral("Right.")
                                                  : QStringLiteral("Not quite.")));
        }
    }
}

void TstLessons::doneLessonsAreRemembered() {
    Studio studio(m_folder.path("h.db"));
    QVERIFY(studio.window.learn().open(QStringLiteral("rotation")));
    LessonWindow* lessons = studio.window.learn().window();
    lessons->player()->goTo(99);
    const auto& answers = lessons->player()->lesson().question.answers;
    lessons->showList();
    const auto itemText = [&] {
        QString all;
        const auto* list = lessons->findChild<QListWidget*>();
        for (int i = 0; i < list->count(); ++i) all += list->item(i)->text();
        return all;
    };
    QVERIFY(!itemText().contains(QStringLiteral("done")));
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (answers[i].right) lessons->player()->question()->choose(static_cast<int>(i));
    lessons->showList();
    QVERIFY(itemText().contains(QStringLiteral("done")));
}

void TstLessons::nothingIsCutOff() {
    Studio studio(m_folder.path("i.db"));
    studio.window.learn().openList();
    LessonWindow* lessons = studio.window.learn().window();
    for (const bool dark : {false, true})
        for (const double zoom : {1.0, 2.0}) {
            applyZoom(zoom);
            studio.window.commands().setTheme(dark ? Theme::Dark : Theme::Light);
            lessons->setHighContrast(dark && zoom > 1);
            for (const QSize size : {QSize(640, 480), QSize(1280, 800)}) {
                if (zoom > 1 && size.width() < 1000) continue; // twice the text, twice the room
                lessons->resize(size);
                settle(); // laid out again
                QVERIFY2(lessons->width() <= std::max(size.width(), 1000),
                         "the window cannot be made small");
                QTRY_VERIFY2(clippedIn(lessons).isEmpty(),
                             qPrintable(clippedIn(lessons).join(QLatin1Char('\n'))));
                for (const Lesson& lesson : builtinLessons()) {
                    QVERIFY(lessons->openLesson(qs(lesson.id)));
                    lessons->player()->picture()->useWeights(dark); // the explanation, too
                    for (int step = 0; step < lessons->player()->stepCount();
                         step += lessons->player()->stepCount() - 1) {
                        lessons->player()->goTo(step);
                        if (lessons->player()->atQuestion())
                            lessons->player()->question()->choose(0);
                        settle(); // laid out again
                        const QStringList clipped = clippedIn(lessons);
                        QVERIFY2(clipped.isEmpty(),
                                 qPrintable(QStringLiteral("%1 step %2, %3x%4, zoom %5:\n%6")
                                                .arg(qs(lesson.id))
                                                .arg(step)
                                                .arg(size.width())
                                                .arg(size.height())
                                                .arg(zoom)
                                                .arg(clipped.join(QLatin1Char('\n')))));
                        QVERIFY2(colorsOf(pictureOf(lessons->player()->picture())) > 4,
                                 lesson.id.c_str());
                        for (const char* area : {"lessonTextArea", "lessonPictureArea"})
                            QVERIFY2(
                                lessons->findChild<QScrollArea*>(QLatin1String(area))
                                        ->horizontalScrollBar()
                                        ->maximum() == 0,
                                qPrintable(
                                    QStringLiteral("%1: %2 needs %3 more, %4x%5 zoom %6")
                                        .arg(qs(lesson.id), QLatin1String(area))
                                        .arg(lessons->findChild<QScrollArea*>(QLatin1String(area))
                                                 ->horizontalScrollBar()
                                                 ->maximum())
                                        .arg(size.width())
                                        .arg(size.height())
                                        .arg(zoom)));
                    }
                }
                lessons->showList();
            }
        }
}

// Also a line that just fits, or just does not.
void TstLessons::theListShowsWholeTexts() {
    Studio studio(m_folder.path("list.db"));
    studio.window.learn().openList();
    LessonWindow* lessons = studio.window.learn().window();
    lessons->resize(800, 480);
    auto* list = lessons->findChild<QListWidget*>(QStringLiteral("lessonList"));
    const int margin = list->style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, list) + 1;
    settle();
    QString line;
    while (list->fontMetrics().horizontalAdvance(line) < list->viewport()->width() - 60)
        line += QStringLiteral("some ");
    for (int letters = 0; letters < 30; ++letters) {
        list->item(0)->setText(QStringLiteral("Title\n") + line +
                               QString(letters, QLatin1Char('i')));
        settle();
        const QRect given = list->visualItemRect(list->item(0));
        QVERIFY(given.right() < list->viewport()->width() - list->spacing());
        const QRect needed =
            list->fontMetrics().boundingRect(QRect(0, 0, given.width() - 2 * margin, 10000),
                                             Qt::TextWordWrap, list->item(0)->text());
        QVERIFY2(needed.height() <= given.height(),
                 qPrintable(QStringLiteral("%1 letters: %2 of %3 pixels")
                                .arg(letters)
                                .arg(given.height())
                                .arg(needed.height())));
    }
}

void TstLessons::reachedFromMenuStartAndCommandLine() {
    Studio studio(m_folder.path("j.db"));
    QMenu* menu = studio.window.commands().learnMenu();
    for (const Lesson& lesson : builtinLessons()) {
        auto* action = menu->findChild<QAction*>(QStringLiteral("lesson-") + qs(lesson.id));
        QVERIFY2(action, lesson.id.c_str());
        action->trigger();
        QCOMPARE(qs(studio.window.learn().window()->player()->lesson().id), qs(lesson.id));
        QVERIFY(studio.window.learn().window()->playing());
    }
    studio.window.learn().window()->close();
    QTest::mouseClick(studio.find<QPushButton>("startLearn"), Qt::LeftButton);
    QVERIFY(studio.window.learn().window()->isVisible());
    QVERIFY(!studio.window.learn().window()->playing());
    // A step that points into the Studio opens the demo where nothing is open, and that page.
    QVERIFY(studio.window.learn().open(QStringLiteral("number_line")));
    LessonPlayer* player = studio.window.learn().window()->player();
    auto* show = player->findChild<QPushButton*>(QStringLiteral("lessonShow"));
    for (int step = 0; !show->isVisible() && !player->atQuestion(); ++step) player->goTo(step);
    QVERIFY(show->isVisible());
    QTest::mouseClick(show, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.session().state() == SessionState::Open, Patience);
    QVERIFY(!studio.window.learn().open(QStringLiteral("nonsense")));
    QCOMPARE(qs(player->lesson().id), QStringLiteral("number_line")); // stays
}

void TstLessons::aFileOfOnesOwn() {
    Studio studio(m_folder.path("k.db"));
    const QString path = m_folder.path("mine.md");
    const auto write = [&](const char* picture) {
        return writeFileAtomically(
                   toPath(path),
                   std::string("---\nid: mine\ntitle: Mine\nsummary: Mine.\nminutes: 1\norder: "
                               "1\npicture: ") +
                       picture +
                       "\n---\n## A\nText.\n## Question\nQ?\n- [ ] a\n- [x] b\n> Because.\n")
            .has_value();
    };
    QVERIFY(write("rotation"));
    QVERIFY(studio.window.learn().open(path));
    QCOMPARE(qs(studio.window.learn().window()->player()->lesson().title), QStringLiteral("Mine"));
    QVERIFY(write("nonsense"));
    const Status refused = studio.window.learn().open(path);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.find("number_line") != std::string::npos,
             refused.error().message.c_str());
}

void TstLessons::gptqMovieEndsWhereTheEngineEnds() {
    Studio studio(m_folder.path("l.db"));
    PictureView view(studio.services, studio.window.session());
    for (const bool ordered : {false, true})
        for (const int bits : {2, 3, 4}) {
            QVERIFY(view.setPicture("gptq_movie"));
            view.setValue("act_order", ordered);
            view.setValue("bits", bits);
            view.setValue("column", 16);
            const auto shown = readingsOf(&view);
            // The same matrix and inputs through the whole pipeline.
            const Matrix weights = cornerOf(nullptr, 8, 16, "movie", 0.05);
            std::vector<double> deviations;
            for (std::size_t c = 0; c < 16; ++c)
                deviations.push_back(c % 5 == 3 ? 2.2 : 0.7 + 0.06 * static_cast<double>(c % 7));
            const LayerStats stats = madeUpStats(16, view.values().number("rho"), deviations);
            const auto whole = quantizeTiny(
                weights.view(), "gptq", bits,
                {{"group_size", "16"}, {"act_order", ordered ? "true" : "false"}}, &stats);
            QVERIFY2(whole, whole ? "" : whole.error().message.c_str());
            QCOMPARE(shown[1].value, percentText(whole->report.outputError));
            QCOMPARE(shown[3].value, percentText(whole->report.weightError));
        }
}

void TstLessons::playGoesToTheEnd() {
    Studio studio(m_folder.path("m.db"));
    PictureView view(studio.services, studio.window.session());
    view.resize(700, 600);
    view.show();
    QVERIFY(view.setPicture("gptq_movie"));
    auto* play = view.findChild<QPushButton*>(QStringLiteral("picturePlay"));
    QVERIFY(play);
    view.findChild<QSlider*>(QStringLiteral("pictureSpeed"))->setValue(12);
    QTest::mouseClick(play, Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(view.values().number("column") >= 3, Patience);
    QTest::mouseClick(play, Qt::LeftButton); // pause
    const double paused = view.values().number("column");
    settle();
    QVERIFY(!view.playing());
    QCOMPARE(view.values().number("column"), paused);
    QTest::mouseClick(play, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(view.values().number("column"), 16.0, Patience);
    QTRY_VERIFY_WITH_TIMEOUT(!play->isChecked(), Patience);
}

void TstLessons::wordsRunAsAJob() {
    Studio studio(m_folder.path("n.db"));
    QVERIFY(studio.window.learn().open(QStringLiteral("words")));
    PictureView* view = studio.window.learn().window()->player()->picture();
    const auto reading = [&](const char* title) {
        for (const Reading& one : readingsOf(view))
            if (one.title == QLatin1String(title)) return one.value;
        return QString();
    };
    QVERIFY(settled(view));
    const double eight = reading("mean KL").section(QLatin1Char(' '), 0, 0).toDouble();
    view->setValue("bits", 4); // overtaken: only the last of these is wanted
    view->setValue("bits", 3);
    view->setValue("bits", 2);
    QVERIFY(view->working());
    QVERIFY(settled(view));
    const double two = reading("mean KL").section(QLatin1Char(' '), 0, 0).toDouble();
    QVERIFY2(two > 20 * eight && two > 0.1,
             qPrintable(QStringLiteral("%1 %2").arg(eight).arg(two)));
    QVERIFY(reading("bits per weight").toDouble() < 2.5);
    QTRY_VERIFY_WITH_TIMEOUT(studio.services.jobs().jobs().empty(),
                             Patience); // none is left in Runs
    // Closing the lesson gives the running job up.
    view->setValue("bits", 5);
    QTRY_VERIFY_WITH_TIMEOUT(studio.services.jobs().anyUnfinished(), Patience);
    view->setPicture("number_line");
    QVERIFY(studio.idle());
    QTRY_VERIFY_WITH_TIMEOUT(studio.services.jobs().jobs().empty(), Patience);
}

QTEST_MAIN(TstLessons)
#include "tst_lessons.moc"
