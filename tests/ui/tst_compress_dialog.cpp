// The compress dialog on real files: what it says of each, compressing and giving back bit for bit,
// refusals in place, cancelling.
#include "tests/ui/small_studio.h"
#include "ui/widgets/path_field.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/compress_dialog.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>

#include <cstring>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TstCompressDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void anEmptyDialogSaysWhatItDoes();
    void compressesAndGivesBack();
    void refusesInPlace();
    void aDamagedFileFailsWithItsReason();
    void cancellingLeavesNothing();
    void theMenuOpensIt();

private:
    CompressDialog* dialog(Studio& studio, const QString& file);
    QString bf16File(const char* name, std::size_t rows);
    template <class W>
    static W* in(CompressDialog* dialog, const char* name) {
        return dialog->findChild<W*>(QLatin1String(name));
    }
    StudioFolder m_folder;
    QString m_file;
};

// Bell-shaped weights as BF16, which a coder can do something about.
QString TstCompressDialog::bf16File(const char* name, std::size_t rows) {
    const QString path = m_folder.path(name);
    const std::vector<SafetensorsWriter::Declaration> tensors{
        {"weights", DType::BF16, {static_cast<std::int64_t>(rows), 1024}}};
    auto writer = SafetensorsWriter::create(toPath(path), tensors, {});
    if (!writer) return {};
    Rng rng(3, "weights", "test");
    std::vector<std::uint16_t> row(1024);
    std::vector<std::uint16_t> all;
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::uint16_t& value : row) {
            const auto number = static_cast<float>(0.02 * rng.normal());
            std::uint32_t bits = 0;
            std::memcpy(&bits, &number, sizeof bits);
            value = static_cast<std::uint16_t>(bits >> 16);
        }
        all.insert(all.end(), row.begin(), row.end());
    }
    if (!writer->write(std::as_bytes(std::span<const std::uint16_t>(all)))) return {};
    return writer->finish() ? path : QString();
}

void TstCompressDialog::initTestCase() {
    QVERIFY(m_folder.make());
    m_file = bf16File("weights.safetensors", 256);
    QVERIFY(!m_file.isEmpty());
}

CompressDialog* TstCompressDialog::dialog(Studio& studio, const QString& file) {
    auto* dialog = new CompressDialog(studio.services, studio.window.runs(), file, &studio.window);
    dialog->show();
    return QTest::qWaitFor([&] { return !dialog->inspecting(); }, Patience) ? dialog : nullptr;
}

void TstCompressDialog::anEmptyDialogSaysWhatItDoes() {
    Studio studio(m_folder.path("a.db"));
    auto* d = dialog(studio, {});
    QVERIFY(d->findChild<StateStack*>()->noteText().contains(QStringLiteral("bit for bit")));
    QVERIFY(!in<QPushButton>(d, "compressRun")->isEnabled());
    for (const char* name : {"compressFile", "compressFolder", "compressName"})
        QVERIFY(!in<QLineEdit>(d, name)->toolTip().isEmpty());
}

void TstCompressDialog::compressesAndGivesBack() {
    Studio studio(m_folder.path("b.db"));
    auto* d = dialog(studio, m_file);
    auto* title = in<QLabel>(d, "compressTitle");
    const QAbstractItemModel* kinds = in<QTableView>(d, "compressKinds")->model();
    QVERIFY2(title->text().contains(QStringLiteral("safetensors")), qPrintable(title->text()));
    QCOMPARE(kinds->index(0, 0).data().toString(), QStringLiteral("BF16"));
    QCOMPARE(kinds->index(0, 2).data().toString(), QStringLiteral("–")); // not known yet
    QCOMPARE(in<QLineEdit>(d, "compressName")->text(),
             QStringLiteral("weights.safetensors.bitsmith"));
    auto* run = in<QPushButton>(d, "compressRun");
    QVERIFY(run->isEnabled());
    run->click();
    QVERIFY(!in<QLineEdit>(d, "compressFile")->isEnabled());
    QVERIFY(studio.idle());
    const QString coded = m_file + QStringLiteral(".bitsmith");
    QTRY_VERIFY2_WITH_TIMEOUT(title->text().contains(QStringLiteral("saved")),
                              qPrintable(title->text()), Patience);
    const double ratio = static_cast<double>(QFileInfo(coded).size()) /
                         static_cast<double>(QFileInfo(m_file).size());
    QVERIFY2(ratio < 0.75, qPrintable(QString::number(ratio)));
    QVERIFY(title->text().contains(percentText(1 - ratio)));
    QVERIFY(in<QLabel>(d, "compressText")->text().contains(QStringLiteral("equal")));
    QVERIFY(kinds->index(0, 2).data().toString() != QStringLiteral("–"));
    QVERIFY(in<QPushButton>(d, "compressShowFolder")->isVisible());
    QVERIFY(!run->isEnabled());

    // The same dialog takes the compressed file and turns round.
    in<QLineEdit>(d, "compressFile")->setText(coded);
    QTRY_VERIFY_WITH_TIMEOUT(!d->inspecting() && title->text().startsWith(QStringLiteral("A comp")),
                             Patience);
    QVERIFY(run->text().contains(QStringLiteral("Decompress")));
    QVERIFY(!in<QComboBox>(d, "compressCoder")->isVisible());
    QCOMPARE(in<QLineEdit>(d, "compressName")->text(), QStringLiteral("weights.safetensors"));
    QVERIFY(!run->isEnabled()); // the original is there
    in<QLineEdit>(d, "compressName")->setText(QStringLiteral("again.safetensors"));
    QVERIFY(run->isEnabled());
    run->click();
    QVERIFY(studio.idle());
    QTRY_VERIFY2_WITH_TIMEOUT(title->text().contains(QStringLiteral("is back")),
                              qPrintable(title->text()), Patience);
    const QByteArray original = contentOf(m_file);
    QVERIFY(!original.isEmpty());
    QVERIFY(contentOf(m_folder.path("again.safetensors")) == original);
    QVERIFY(QFile::remove(coded));
}

void TstCompressDialog::refusesInPlace() {
    Studio studio(m_folder.path("c.db"));
    auto* d = dialog(studio, m_folder.path("nothing.safetensors"));
    auto* stack = d->findChild<StateStack*>();
    QVERIFY(stack->noteText().contains(QStringLiteral("does not exist")));
    QVERIFY(!in<QPushButton>(d, "compressRun")->isEnabled());
    auto* file = in<QLineEdit>(d, "compressFile");
    file->setText(m_folder.model());
    QTRY_VERIFY_WITH_TIMEOUT(stack->noteText().contains(QStringLiteral("folder")), Patience);
    file->setText(m_folder.text());
    QTRY_VERIFY2_WITH_TIMEOUT(stack->noteText().contains(QStringLiteral("text.txt")),
                              qPrintable(stack->noteText()), Patience);
    // A name that is taken: refused until replacing is allowed.
    const QString taken = m_folder.path("taken.bitsmith");
    QVERIFY(writeFileAtomically(toPath(taken), "something"));
    file->setText(m_file);
    QTRY_VERIFY_WITH_TIMEOUT(stack->showsContent(), Patience);
    in<QLineEdit>(d, "compressName")->setText(QStringLiteral("taken.bitsmith"));
    QVERIFY(!in<QPushButton>(d, "compressRun")->isEnabled());
    QVERIFY(in<QLabel>(d, "compressProblem")->text().contains(QStringLiteral("replace")));
    QVERIFY(in<QCheckBox>(d, "compressReplace")->isVisible());
    in<QCheckBox>(d, "compressReplace")->setChecked(true);
    QVERIFY(in<QPushButton>(d, "compressRun")->isEnabled());
    in<QPushButton>(d, "compressRun")->click();
    QVERIFY(studio.idle());
    QCOMPARE(studio.newest().state, JobState::Done);
    QVERIFY(QFileInfo(taken).size() > 1000);
    in<QLineEdit>(d, "compressName")->setText(QStringLiteral("a/b"));
    QVERIFY(!in<QPushButton>(d, "compressRun")->isEnabled());
}

void TstCompressDialog::aDamagedFileFailsWithItsReason() {
    Studio studio(m_folder.path("d.db"));
    CompressOptions options{.input = toPath(m_file),
                            .output = toPath(m_folder.path("damaged.bitsmith"))};
    RunContext context;
    const auto made = compressFile(options, context);
    QVERIFY(made);
    QByteArray bytes = contentOf(m_folder.path("damaged.bitsmith"));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 0x10);
    QFile file(m_folder.path("damaged.bitsmith"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size());
    file.close();
    auto* d = dialog(studio, m_folder.path("damaged.bitsmith"));
    in<QLineEdit>(d, "compressName")->setText(QStringLiteral("from-damaged.safetensors"));
    in<QPushButton>(d, "compressRun")->click();
    QVERIFY(studio.idle());
    auto* text = in<QLabel>(d, "compressText");
    QTRY_VERIFY2_WITH_TIMEOUT(text->text().contains(QStringLiteral("damaged.bitsmith")),
                              qPrintable(text->text()), Patience);
    QVERIFY(!QFileInfo::exists(m_folder.path("from-damaged.safetensors")));
    QVERIFY(in<QLabel>(d, "compressProblem")->text().contains(QStringLiteral("Nothing")));
}

void TstCompressDialog::cancellingLeavesNothing() {
    const QString large = bf16File("large.safetensors", 16384); // 32 MB: two segments at least
    QVERIFY(!large.isEmpty());
    Studio studio(m_folder.path("e.db"));
    auto* d = dialog(studio, large);
    in<QPushButton>(d, "compressRun")->click();
    auto* cancel = in<QPushButton>(d, "compressCancel");
    QVERIFY(cancel->isVisible());
    QVERIFY(in<QProgressBar>(d, "compressProgress")->isVisible());
    cancel->click();
    QVERIFY(studio.idle());
    QCOMPARE(studio.newest().state, JobState::Cancelled);
    QTRY_COMPARE_WITH_TIMEOUT(in<QLabel>(d, "compressTitle")->text(), QStringLiteral("Cancelled"),
                              Patience);
    QVERIFY(!QFileInfo::exists(large + QStringLiteral(".bitsmith")));
    QVERIFY(in<QLineEdit>(d, "compressFile")->isEnabled());
    QVERIFY(QFile::remove(large));
}

void TstCompressDialog::theMenuOpensIt() {
    Studio studio(m_folder.path("f.db"));
    studio.window.findChild<QAction*>(QStringLiteral("compress"))->trigger();
    auto* d = studio.window.findChild<CompressDialog*>();
    QVERIFY(d && d->isVisible());
    d->reject();
    studio.window.findChild<QAction*>(QStringLiteral("decompress"))->trigger();
    auto* files = studio.find<QFileDialog>("fileDialog");
    QVERIFY(files);
    QVERIFY(files->nameFilters().constFirst().contains(QStringLiteral("*.bitsmith")));
    files->reject();
}

QTEST_MAIN(TstCompressDialog)
#include "tst_compress_dialog.moc"
