#include "core/eval/choice_task.h"

#include "core/eval/score.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

constexpr std::size_t BatchTokens = 4096;

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Context and choice are tokenized as one text; what follows the context's own tokens is scored.
// Spaces at the context's end belong to the continuation.
ScoredWindow windowOf(const Tokenizer& tokenizer, std::string context, std::string choice,
                      std::size_t positions) {
    const std::size_t end = context.find_last_not_of(' ') + 1;
    choice.insert(0, context.substr(end));
    context.resize(end);
    ScoredWindow window{tokenizer.encode(context + choice), tokenizer.encode(context).size()};
    window.firstTarget = std::clamp<std::size_t>(
        window.firstTarget, 1, std::max<std::size_t>(1, window.tokens.size() - 1));
    if (positions > 0 && window.tokens.size() > positions) {
        const std::size_t cut = std::min(window.tokens.size() - positions, window.firstTarget - 1);
        window.tokens.erase(window.tokens.begin(), window.tokens.begin() + static_cast<long>(cut));
        window.firstTarget -= cut;
    }
    return window;
}

double binomialError(double p, std::size_t n) {
    return n > 1 ? std::sqrt(p * (1 - p) / static_cast<double>(n - 1)) : 0;
}

} // namespace

Result<std::vector<ChoiceItem>> parseChoiceItems(std::string_view jsonl) {
    std::vector<ChoiceItem> items;
    std::size_t number = 0;
    for (std::size_t at = 0; at < jsonl.size();) {
        const std::size_t end = std::min(jsonl.find('\n', at), jsonl.size());
        const std::string_view line = jsonl.substr(at, end - at);
        at = end + 1;
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
        const auto json = nlohmann::json::parse(line, nullptr, false);
        const auto wrong = [&](const char* what) {
            return fail(
                ErrorCode::BadInput,
                R"(line {}: {}; expected {{"context": "...", "choices": ["...", ...], "gold": 0}})",
                number, what);
        };
        if (!json.is_object()) return wrong("not a JSON object");
        ChoiceItem item;
        if (!json.contains("context") || !json["context"].is_string()) return wrong("no context");
        if (!json.contains("choices") || !json["choices"].is_array()) return wrong("no choices");
        item.context = json["context"];
        for (const auto& choice : json["choices"]) {
            if (!choice.is_string() || choice.get_ref<const std::string&>().empty())
                return wrong("a choice is not a text");
            item.choices.push_back(choice);
        }
        if (!json.contains("gold") || !json["gold"].is_number_unsigned() ||
            json["gold"].get<std::uint64_t>() >= item.choices.size())
            return wrong("gold is not the index of a choice");
        item.gold = json["gold"];
        items.push_back(std::move(item));
    }
    if (items.empty()) return fail(ErrorCode::BadInput, "the file holds no items");
    return items;
}

Result<ChoiceResult> scoreChoices(const ForwardPass& model, const std::vector<ChoiceItem>& items,
                                  RunContext& context) {
    const Tokenizer* tokenizer = model.model().tokenizer();
    if (!tokenizer) return fail(model.model().whyNoTokenizer());
    const std::size_t positions = model.architecture().maxPositions;
    std::vector<ScoredWindow> windows;
    for (const ChoiceItem& item : items)
        for (const std::string& choice : item.choices) {
            windows.push_back(windowOf(*tokenizer, item.context, choice, positions));
            if (windows.back().tokens.size() < 2)
                return fail(ErrorCode::BadInput, "'{}{}' is too short to be scored", item.context,
                            choice);
            if (positions > 0 && windows.back().tokens.size() > positions)
                return fail(ErrorCode::BadInput,
                            "the choice '{}...' is longer than the model's {} positions",
                            choice.substr(0, 40), positions);
        }
    Scores scores;
    for (std::size_t next = 0; next < windows.size();) {
        const ScoreBatch batch = makeBatch(windows, next, BatchTokens);
        BITSMITH_CHECK(scoreBatch(model, nullptr, batch, scores, nullptr, context));
        context.checkpoint(static_cast<double>(next) / static_cast<double>(windows.size()));
    }
    ChoiceResult result;
    result.items = items.size();
    std::size_t window = 0, position = 0, right = 0, rightNorm = 0;
    for (const ChoiceItem& item : items) {
        std::size_t best = 0, bestNorm = 0;
        double most = -INFINITY, mostNorm = -INFINITY;
        for (std::size_t c = 0; c < item.choices.size(); ++c, ++window) {
            double sum = 0;
            for (std::size_t t = 0; t < windows[window].targets(); ++t)
                sum -= scores.nll[position++];
            const std::string_view choice = item.choices[c];
            const std::size_t length = characters(choice) - (choice.front() == ' ' ? 1 : 0);
            const double norm = sum / static_cast<double>(std::max<std::size_t>(1, length));
            if (sum > most) most = sum, best = c;
            if (norm > mostNorm) mostNorm = norm, bestNorm = c;
        }
        result.chosen.push_back(best);
        right += best == item.gold;
        rightNorm += bestNorm == item.gold;
    }
    const auto n = static_cast<double>(items.size());
    result.acc = static_cast<double>(right) / n;
    result.accNorm = static_cast<double>(rightNorm) / n;
    result.accError = binomialError(result.acc, items.size());
    result.accNormError = binomialError(result.accNorm, items.size());
    return result;
}

} // namespace bitsmith
