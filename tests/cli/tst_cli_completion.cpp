// What `bitsmith completion` writes, read by those it is for: bash completes, man formats, zsh and
// fish parse where they are there.
#include "tests/support/run_bitsmith.h"

#include <QFile>
#include <QStandardPaths>
#include <QTest>

using namespace bitsmith::test;

class TstCliCompletion : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;

    QString written(const char* shell) {
        const auto out = m_bitsmith.run({QStringLiteral("completion"), QLatin1String(shell)});
        QFile file(m_bitsmith.path(QLatin1String(shell)));
        if (out.exitCode != 0 || !file.open(QIODevice::WriteOnly)) return {};
        file.write(out.out);
        return file.fileName();
    }
    // What bash offers after `line`, of which the last word is being typed.
    QStringList offered(const QString& line) {
        const QStringList words = line.split(QLatin1Char(' '));
        const QString script =
            QStringLiteral("source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); "
                           "_bitsmith; printf '%s\\n' \"${COMPREPLY[@]}\"");
        QProcess bash;
        bash.start(QStringLiteral("bash"), QStringList{QStringLiteral("-c"), script,
                                                       m_bitsmith.path(QStringLiteral("bash"))} +
                                               words);
        bash.waitForFinished();
        return QString::fromUtf8(bash.readAllStandardOutput())
            .split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    }

private Q_SLOTS:
    void bashCompletes() {
        QVERIFY(!written("bash").isEmpty());
        QVERIFY(offered(QStringLiteral("bitsmith ")).contains(QStringLiteral("quantize")));
        QCOMPARE(offered(QStringLiteral("bitsmith quan")), QStringList{QStringLiteral("quantize")});
        const QStringList options = offered(QStringLiteral("bitsmith --json quantize demo --"));
        for (const char* one : {"--recipe", "--bits", "--set", "--threads"})
            QVERIFY2(options.contains(QLatin1String(one)), one);
        QVERIFY(!options.contains(QStringLiteral("--tensor")));
        QVERIFY(offered(QStringLiteral("bitsmith experiments l")).contains(QStringLiteral("list")));
        QVERIFY(offered(QStringLiteral("bitsmith inspect mod")).isEmpty()); // bash adds files
    }

    void everyCommandIsInEveryOne() {
        const QByteArray help = m_bitsmith.run({QStringLiteral("--help")}).out;
        for (const char* shell : {"bash", "zsh", "fish", "man"}) {
            const auto out = m_bitsmith.run({QStringLiteral("completion"), QLatin1String(shell)});
            QCOMPARE(out.exitCode, 0);
            for (const char* command : {"inspect", "analyze", "completion", "doctor"}) {
                QVERIFY(help.contains(command));
                QVERIFY2(out.out.contains(command), shell);
            }
        }
        QCOMPARE(m_bitsmith.run({QStringLiteral("completion"), QStringLiteral("csh")}).exitCode, 2);
    }

    void theOthersParseIt_data() {
        QTest::addColumn<QStringList>("command");
        const auto row = [&](const char* shell, const QStringList& command) {
            QTest::newRow(shell) << (command + QStringList{m_bitsmith.path(QLatin1String(shell))});
        };
        row("zsh", {QStringLiteral("zsh"), QStringLiteral("-n")});
        row("fish", {QStringLiteral("fish"), QStringLiteral("-n")});
        row("man", {QStringLiteral("groff"), QStringLiteral("-man"), QStringLiteral("-Tutf8"),
                    QStringLiteral("-ww"), QStringLiteral("-z")});
    }
    void theOthersParseIt() {
        QFETCH(QStringList, command);
        if (QStandardPaths::findExecutable(command.constFirst()).isEmpty())
            QSKIP("the program that reads it is not installed");
        QVERIFY(!written(QTest::currentDataTag()).isEmpty());
        QProcess reader;
        reader.start(command.constFirst(), command.mid(1));
        QVERIFY(reader.waitForFinished());
        QCOMPARE(QString::fromUtf8(reader.readAllStandardError()), QString());
        QCOMPARE(reader.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TstCliCompletion)
#include "tst_cli_completion.moc"
