#include "core/text/regex.h"

#include "core/text/utf8.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <array>
#include <ctime>
#include <new>

namespace bitsmith {

namespace {

// Limits of one search. PCRE2 counts backtracking from one starting place only; many starting
// places together are bounded by searching a window at a time and looking at the clock.
constexpr std::uint32_t MatchLimit = 10'000'000;
constexpr std::uint32_t HeapLimitKiB = 64 * 1024;
constexpr std::size_t JitStackBytes = std::size_t{4} << 20;
constexpr std::size_t Window = 256;
// Given up below this speed, which no sensible pattern comes near, after this time. Processor time
// of the thread, so that a busy machine changes nothing.
constexpr double LeastBytesPerSecond = 50'000;
constexpr double PatienceSeconds = 5;
constexpr std::size_t WindowsPerLook = 16;
constexpr std::size_t MaxPatternBytes = 16 * 1024;

double threadSeconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// What a search needs besides the pattern; one per thread, made on first use.
class Scratch {
public:
    Scratch()
        : context(pcre2_match_context_create(nullptr)), data(pcre2_match_data_create(1, nullptr)),
          jitStack(pcre2_jit_stack_create(32 * 1024, JitStackBytes, nullptr)) {
        if (!context || !data) throw std::bad_alloc();
        pcre2_set_match_limit(context, MatchLimit);
        pcre2_set_heap_limit(context, HeapLimitKiB);
        if (jitStack) pcre2_jit_stack_assign(context, nullptr, jitStack);
    }
    ~Scratch() {
        pcre2_jit_stack_free(jitStack);
        pcre2_match_data_free(data);
        pcre2_match_context_free(context);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    pcre2_match_context* context;
    pcre2_match_data* data;
    pcre2_jit_stack* jitStack;
};

} // namespace

struct Regex::Impl {
    pcre2_code* code = nullptr;
    ~Impl() { pcre2_code_free(code); }

    enum class Outcome { Found, NotHere, GiveUp };
    // The first match that starts in [from, from + Window].
    Outcome search(std::string_view text, std::size_t from, TextRange& found,
                   Scratch& scratch) const {
        const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data());
        pcre2_set_offset_limit(scratch.context, from + Window);
        int rc = pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK, scratch.data,
                             scratch.context);
        if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
            rc = pcre2_match(code, subject, text.size(), from, PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
                             scratch.data, scratch.context);
        if (rc == PCRE2_ERROR_NOMATCH) return Outcome::NotHere;
        if (rc < 0) return Outcome::GiveUp;
        const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(scratch.data);
        // \K in a lookaround can put the start behind the end, or before the place we asked for.
        if (ends[0] > ends[1] || ends[0] < from) return Outcome::GiveUp;
        found = {ends[0], ends[1]};
        return Outcome::Found;
    }
};

Regex::Regex(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

Result<Regex> Regex::compile(std::string_view oniguruma) {
    if (oniguruma.size() > MaxPatternBytes)
        return fail(ErrorCode::Unsupported, "regular expression of {} bytes (at most {} are read)",
                    oniguruma.size(), MaxPatternBytes);
    auto pattern = translateRegex(oniguruma);
    if (!pattern)
        return fail(ErrorCode::Unsupported, "regular expression '{}' uses {}", oniguruma,
                    pattern.error().message);
    const std::unique_ptr<pcre2_compile_context, void (*)(pcre2_compile_context*)> context(
        pcre2_compile_context_create(nullptr), pcre2_compile_context_free);
    if (!context) throw std::bad_alloc();
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int error = 0;
    PCRE2_SIZE place = 0;
    auto impl = std::make_unique<Impl>();
    // Multi-line: ^ and $ always match at line ends in Oniguruma's Ruby-like syntax.
    impl->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern->data()), pattern->size(),
                               PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C |
                                   PCRE2_USE_OFFSET_LIMIT,
                               &error, &place, context.get());
    if (!impl->code) {
        std::array<char, 256> text{};
        pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR*>(text.data()), text.size());
        return fail(ErrorCode::BadInput, "invalid regular expression '{}': {} (near byte {})",
                    oniguruma, text.data(), place);
    }
    // Without the just-in-time compiler matching is slower, not different: its failure is no error.
    pcre2_jit_compile(impl->code, PCRE2_JIT_COMPLETE);
    return Regex(std::move(impl));
}

std::vector<TextRange> Regex::findAll(std::string_view text) const {
    thread_local Scratch scratch;
    std::vector<TextRange> found;
    const double started = threadSeconds();
    std::size_t windows = 0;
    std::size_t from = 0, lastEnd = std::string_view::npos;
    while (from <= text.size()) {
        TextRange match;
        const Impl::Outcome outcome = m_impl->search(text, from, match, scratch);
        if (outcome == Impl::Outcome::GiveUp) break;
        if (outcome == Impl::Outcome::NotHere) {
            from += Window + 1;
            while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0) == 0x80)
                ++from;
            if (++windows % WindowsPerLook == 0 &&
                threadSeconds() - started >
                    PatienceSeconds + static_cast<double>(from) / LeastBytesPerSecond)
                break;
            continue;
        }
        if (match.empty() && match.end == lastEnd) {
            from = match.end + (match.end < text.size() ? utf8::lengthOf(text[match.end]) : 1);
            continue;
        }
        found.push_back(match);
        from = lastEnd = match.end;
    }
    return found;
}

} // namespace bitsmith
