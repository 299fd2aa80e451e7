// A generated text that knows its tokens: coloured by how far two models are apart at each of them,
// the place where two texts part marked, a token chosen with mouse or cursor.
#pragma once

#include <QPlainTextEdit>
#include <QStringDecoder>

#include <optional>
#include <string_view>
#include <vector>

namespace bitsmith::ui {

class TokenText final : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit TokenText(QWidget* parent = nullptr);

    void begin(const QString& prompt);   // forgets what was there
    void append(std::string_view bytes); // a token; a character may need several
    int tokenCount() const { return static_cast<int>(m_ends.size()); }
    QString tokenAt(int token) const; // its characters; empty: only part of one

    void setDivergences(std::vector<float> kl);           // nats, one per token; empty: no colours
    void setDifference(std::optional<std::size_t> token); // where the other text goes another way
    // The token at a place of the text, -1 in the prompt; the last one behind the end.
    int tokenOf(int position) const;
    int chosen() const { return tokenOf(textCursor().position()); }
    void choose(int token); // moves the cursor there
    // How strong a colour is, 0 to 1: half at half a nat.
    static double strength(double kl);

Q_SIGNALS:
    void tokenChosen(int token); // -1: none

protected:
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void colour();
    int beginOf(int token) const;
    QStringDecoder m_decoder{QStringDecoder::Utf8};
    int m_promptEnd = 0;
    std::vector<int> m_ends; // place behind each token
    std::vector<float> m_kl;
    std::optional<std::size_t> m_difference;
};

} // namespace bitsmith::ui
