// Samples for calibration: windows of one tokenized text at seeded positions.
#include "core/base/hash.h"
#include "core/base/random.h"
#include "core/calibration/calibrate.h"

namespace bitsmith {

std::uint64_t CalibrationSamples::tokens() const {
    std::uint64_t sum = 0;
    for (const auto& sequence : sequences) sum += sequence.size();
    return sum;
}

TokenBatch CalibrationSamples::batch() const {
    TokenBatch out;
    for (const std::vector<TokenId>& sequence : sequences) out.append(sequence);
    return out;
}

Result<CalibrationSamples> drawSamples(const Model& model, std::string_view text,
                                       const CalibrationOptions& options) {
    if (!model.architecture()) return fail(model.whyNotRunnable());
    if (!model.tokenizer()) return fail(model.whyNoTokenizer());
    const std::size_t positions = model.architecture()->maxPositions;
    std::size_t length = options.context;
    if (length == 0) length = positions > 0 ? std::min<std::size_t>(positions, 2048) : 2048;
    if (positions > 0 && length > positions)
        return fail(ErrorCode::Usage,
                    "calibration samples of {} tokens are longer than the {} positions that '{}' "
                    "was made for",
                    length, positions, model.name());
    if (options.samples == 0) return fail(ErrorCode::Usage, "calibration needs at least 1 sample");

    const std::vector<TokenId> tokens = model.tokenizer()->encode(text);
    if (tokens.size() < length)
        return fail(ErrorCode::BadInput,
                    "the calibration text is too short: it has {} tokens and one sample needs {}. "
                    "Use a longer text or shorter samples (--context)",
                    tokens.size(), length);
    for (const TokenId token : tokens)
        if (token < 0 || static_cast<std::size_t>(token) >= model.architecture()->vocabulary)
            return fail(ErrorCode::BadInput,
                        "the tokenizer gives token {} but '{}' has a vocabulary of {}; the "
                        "tokenizer belongs to another model",
                        token, model.name(), model.architecture()->vocabulary);

    CalibrationSamples out;
    Rng rng(options.seed, "calibration", "samples");
    Hasher key;
    key.add(static_cast<std::uint64_t>(options.samples)).add(static_cast<std::uint64_t>(length));
    for (std::size_t s = 0; s < options.samples; ++s) {
        const auto at = static_cast<std::ptrdiff_t>(rng.below(tokens.size() - length + 1));
        out.sequences.emplace_back(tokens.begin() + at,
                                   tokens.begin() + at + static_cast<std::ptrdiff_t>(length));
        key.add(std::as_bytes(std::span(out.sequences.back())));
    }
    out.key = key.hex();
    return out;
}

} // namespace bitsmith
