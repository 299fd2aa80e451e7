#include "core/pipeline/load_study.h"

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/codec/coded_stream.h"
#include "core/codec/rans.h"
#include "core/io/compressed_file.h"
#include "core/io/safetensors.h"
#include "core/pipeline/compress.h"
#include "core/tensor/convert.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <exception>
#include <thread>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr double LeastSeconds = 1; // of decoding with each number of threads

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// A folder that goes with everything in it.
class Workplace {
public:
    explicit Workplace(const fs::path& parent)
        : m_folder(parent / fmt::format("load-study-{}", ::getpid())) {}
    ~Workplace() {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }
    Workplace(const Workplace&) = delete;
    Status make(std::uint64_t bytes) const {
        std::error_code error;
        fs::create_directories(m_folder, error);
        if (error)
            return fail(ErrorCode::Failed, "cannot make '{}': {}", m_folder.string(),
                        error.message());
        const auto space = fs::space(m_folder, error);
        if (!error && space.available < bytes)
            return fail(ErrorCode::Resources,
                        "the load study needs {} MB at '{}', where {} MB are free", bytes >> 20,
                        m_folder.parent_path().string(), space.available >> 20);
        return {};
    }
    const fs::path& folder() const { return m_folder; }

private:
    fs::path m_folder;
};

// Normal weights in rows of different widths, as bfloat16. A stretch of 8 MB is made and repeated:
// blocks are far shorter than that, so that no coder sees it twice.
Status makeWeights(const fs::path& path, std::uint64_t bytes, RunContext& context) {
    constexpr std::size_t Cols = 1024, StretchRows = 4096;
    std::vector<float> row(Cols);
    std::vector<std::byte> stretch(StretchRows * Cols * 2);
    Rng rng(1, "weights", "load study");
    for (std::size_t r = 0; r < StretchRows; ++r) {
        context.checkpoint();
        const double width = 0.02 * std::exp(0.25 * rng.normal());
        for (float& w : row) w = static_cast<float>(width * rng.normal());
        fromFloat(DType::BF16, row, std::span(stretch).subspan(r * Cols * 2, Cols * 2));
    }
    const auto stretches =
        std::max<std::uint64_t>(1, bytes / static_cast<std::uint64_t>(stretch.size()));
    BITSMITH_TRY(
        auto writer,
        SafetensorsWriter::create(
            path,
            {{"weight", DType::BF16, {static_cast<std::int64_t>(stretches * StretchRows), Cols}}},
            {}));
    for (std::uint64_t i = 0; i < stretches; ++i) {
        context.checkpoint();
        BITSMITH_CHECK(writer.write(stretch));
    }
    return writer.finish();
}

Result<fs::path> largestFile(const fs::path& folder) {
    fs::path best;
    std::uint64_t most = 0;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        const auto extension = entry.path().extension();
        if (!entry.is_regular_file(error) ||
            (extension != ".safetensors" && extension != ".gguf" && extension != ".bitsmith"))
            continue;
        if (const auto size = entry.file_size(error); size > most) {
            most = size;
            best = entry.path();
        }
    }
    if (best.empty())
        return fail(ErrorCode::BadInput, "'{}' holds no .safetensors, .gguf or .bitsmith file",
                    folder.string());
    return best;
}

class LoadRun {
public:
    LoadRun(const LoadStudyOptions& options, RunContext& context)
        : m_options(options), m_context(context) {}

    Status files(const Workplace& workplace) {
        m_context.beginStep("preparing files", 0, 0.3);
        fs::path input = m_options.input;
        std::error_code ignored;
        if (fs::is_directory(input, ignored)) {
            BITSMITH_TRY(input, largestFile(input));
        }
        const std::uint64_t size =
            input.empty() ? m_options.madeBytes : fs::file_size(input, ignored);
        BITSMITH_CHECK(workplace.make(2 * size + (std::uint64_t{16} << 20)));
        m_study.what = input.empty() ? "made: bfloat16 weights, normal" : input.string();
        if (input.empty()) {
            m_raw = workplace.folder() / "weights.safetensors";
            BITSMITH_CHECK(makeWeights(m_raw, m_options.madeBytes, m_context));
        } else if (BitsmithFile::isOne(input)) {
            m_coded = input;
            m_raw = m_options.against;
            if (m_raw.empty()) {
                BITSMITH_TRY(const auto done, nested([&](RunContext& inner) {
                                 return decompressFile(input, workplace.folder() / "raw", false,
                                                       inner);
                             }));
                m_raw = done.output;
            }
        } else {
            m_raw = input;
        }
        if (m_coded.empty()) {
            m_coded = workplace.folder() / "coded.bitsmith";
            BITSMITH_TRY(const auto done, nested([&](RunContext& inner) {
                             return compressFile({.input = m_raw, .output = m_coded}, inner);
                         }));
            (void)done;
        }
        // The file as others gave it may lie on another medium: both are then read from ours.
        if (storageMedium(m_raw).device != storageMedium(m_coded).device) {
            const fs::path copy = workplace.folder() / "copy";
            std::error_code error;
            fs::copy_file(m_raw, copy, error);
            if (error)
                return fail(ErrorCode::Failed, "cannot copy '{}': {}", m_raw.string(),
                            error.message());
            m_raw = copy;
        }
        BITSMITH_TRY(m_file, CompressedFile::open(m_coded));
        m_study.rawBytes = fs::file_size(m_raw, ignored);
        m_study.codedBytes = fs::file_size(m_coded, ignored);
        m_study.medium = storageMedium(m_coded);
        if (m_file->info().size != m_study.rawBytes)
            return fail(ErrorCode::BadInput, "'{}' is not the compressed form of '{}'",
                        m_coded.string(), m_raw.string());
        if (m_study.rawBytes + m_study.codedBytes > availableMemoryBytes() / 2)
            return fail(ErrorCode::Resources,
                        "'{}' is too large to be loaded into memory whole; choose a smaller file",
                        m_raw.string());
        return {};
    }

    Result<LoadStudy> measure() {
        m_context.beginStep("reading", 0.3, 0.45);
        BITSMITH_TRY(m_study.coldRead, readCold(m_raw, m_study.rawBytes, m_context));
        publish();
        BITSMITH_TRY(m_study.warmRead, readWarm(m_raw, m_study.rawBytes, m_context));
        publish();
        m_context.beginStep("decoding from memory", 0.45, 0.7);
        BITSMITH_CHECK(decodeRates());
        m_context.beginStep("loading", 0.7, 1);
        BITSMITH_CHECK(loads());
        publish();
        return m_study;
    }

private:
    template <class Work>
    auto nested(const Work& work) -> decltype(work(std::declval<RunContext&>())) {
        RunContext inner(m_context.stopToken());
        return work(inner);
    }
    void publish() { m_context.publish(LoadStudyProgress{m_study}); }

    struct Block {
        const StreamHeader* header = nullptr;
        std::size_t index = 0;
        std::span<const std::byte> coded;
    };

    Status decodeRates() {
        m_study.kernel = ransKernels().back();
        BITSMITH_TRY(const auto file, BitsmithFile::open(m_coded));
        std::vector<CodedStream> streams;
        for (const CompressedSegment& segment : m_file->info().segments) {
            BITSMITH_TRY(const auto blob, file->bytes(segment.blob));
            BITSMITH_TRY(auto stream, CodedStream::open(blob, segment.size));
            streams.push_back(std::move(stream));
        }
        std::vector<Block> blocks;
        for (const CodedStream& stream : streams)
            for (std::size_t i = 0; i < stream.blocks(); ++i)
                blocks.push_back({&stream.header(), i, stream.coded(i)});
        std::vector<int> counts = m_options.threads;
        const int all = threads();
        if (counts.empty()) {
            for (int n = 1; n < all; n *= 2) counts.push_back(n);
            counts.push_back(all);
        }
        BITSMITH_CHECK(decodeWith(all, blocks)); // brings the coded bytes into memory
        for (const int n : counts) {
            double best = 0, spent = 0;
            for (int i = 0; i < m_options.repeats || spent < LeastSeconds; ++i) {
                const auto start = Clock::now();
                BITSMITH_CHECK(decodeWith(n, blocks));
                const double seconds = secondsSince(start);
                best = std::max(best, static_cast<double>(m_study.rawBytes) / seconds);
                spent += seconds;
            }
            m_study.decode.push_back({n, best});
            publish();
        }
        return {};
    }

    // Threads of our own: how many there are is what is measured.
    Status decodeWith(int count, const std::vector<Block>& blocks) {
        std::atomic<std::size_t> next = 0;
        std::vector<Status> results(static_cast<std::size_t>(count));
        {
            std::vector<std::jthread> workers;
            for (int t = 0; t < count; ++t)
                workers.emplace_back([&, t] {
                    std::vector<std::byte> out(StreamHeader::MostBlockBytes);
                    Status& result = results[static_cast<std::size_t>(t)];
                    while (result && !m_context.stopRequested()) {
                        const std::size_t i = next++;
                        if (i >= blocks.size()) return;
                        const Block& b = blocks[i];
                        result = b.header->decode(
                            b.index, b.coded, std::span(out).first(b.header->rawBytes(b.index)));
                    }
                });
        }
        m_context.checkpoint();
        for (Status& result : results) BITSMITH_CHECK(std::move(result));
        return {};
    }

    Status loads() {
        std::vector<std::byte> raw(m_study.rawBytes), decoded(m_study.rawBytes);
        for (int i = 0; i < m_options.repeats; ++i) {
            m_context.checkpoint(static_cast<double>(i) / m_options.repeats);
            BITSMITH_TRY(const TimedRead cold, loadCold(m_raw, raw, m_context));
            m_study.leftInCache = std::max(m_study.leftInCache, cold.residentBefore);
            add(m_study.raw, cold.seconds);
            BITSMITH_TRY(const double left, dropPages(m_coded));
            m_study.leftInCache = std::max(m_study.leftInCache, left);
            BITSMITH_TRY(const auto report, loadCoded(decoded));
            if (m_study.coded.allCold.empty() || report.seconds < m_study.coded.cold)
                m_study.codedReading = report.readSeconds;
            add(m_study.coded, report.seconds);
            publish();
        }
        if (raw != decoded)
            return fail(ErrorCode::Failed, "'{}' does not decode to '{}'", m_coded.string(),
                        m_raw.string());
        BITSMITH_TRY(const TimedRead first, readWarm(m_raw, m_study.rawBytes, m_context));
        m_study.raw.warm = first.seconds;
        BITSMITH_TRY(auto warm, loadCoded(decoded));
        BITSMITH_TRY(warm, loadCoded(decoded));
        m_study.coded.warm = warm.seconds;
        return {};
    }

    static void add(LoadTime& time, double seconds) {
        time.cold = time.allCold.empty() ? seconds : std::min(time.cold, seconds);
        time.allCold.push_back(seconds);
    }

    Result<CodedReadReport> loadCoded(std::span<std::byte> out) {
        std::vector<CodedPart> parts = m_file->parts();
        std::uint64_t at = 0;
        for (CodedPart& part : parts) {
            part.out = out.subspan(at, part.rawSize);
            at += part.rawSize;
        }
        return nested([&](RunContext& inner) { return readCoded(m_coded, parts, {}, {}, inner); });
    }

    const LoadStudyOptions& m_options;
    RunContext& m_context;
    fs::path m_raw, m_coded;
    std::shared_ptr<const CompressedFile> m_file;
    LoadStudy m_study;
};

} // namespace

double LoadStudy::fraction() const {
    return rawBytes ? static_cast<double>(codedBytes) / static_cast<double>(rawBytes) : 0;
}

double LoadStudy::bestDecode() const {
    double best = 0;
    for (const DecodeRate& rate : decode) best = std::max(best, rate.bytesPerSecond);
    return best;
}

double LoadStudy::coldBandwidth() const {
    // O_DIRECT waits for each piece; a read that the system may run ahead of can be faster.
    const double loading = raw.cold > 0 ? static_cast<double>(rawBytes) / raw.cold : 0;
    return std::max(coldRead.bandwidth(), leftInCache > 0.05 ? 0 : loading);
}

double LoadStudy::expectedRaw() const {
    const double bandwidth = coldBandwidth();
    return bandwidth > 0 ? static_cast<double>(rawBytes) / bandwidth : 0;
}

double LoadStudy::expectedCoded() const {
    const double decoding = bestDecode();
    return std::max(expectedRaw() * fraction(),
                    decoding > 0 ? static_cast<double>(rawBytes) / decoding : 0);
}

double LoadStudy::breakEven() const { return fraction() < 1 ? bestDecode() : 0; }

bool LoadStudy::decodesFasterThanDisk() const { return bestDecode() > coldBandwidth(); }

std::string LoadStudy::verdict() const {
    const auto mb = [](double rate) { return fmt::format("{:.0f} MB/s", rate / 1e6); };
    std::string out = fmt::format(
        "Cold, from {}: {:.2f} s uncompressed, {:.2f} s compressed to {:.1f} %: {}.", medium.text(),
        raw.cold, coded.cold, 100 * fraction(),
        coded.cold < raw.cold
            ? fmt::format("compression loads {:.2f} times as fast", raw.cold / coded.cold)
            : fmt::format("compression loads {:.2f} times as slowly", coded.cold / raw.cold));
    out += fmt::format(" This machine decodes {} and reads {} cold", mb(bestDecode()),
                       mb(coldBandwidth()));
    out += breakEven() > 0
               ? fmt::format(": compression pays on media slower than {}.", mb(breakEven()))
               : std::string("; but the file does not get smaller.");
    if (leftInCache > 0.05)
        out += fmt::format(" {:.0f} % of a file could not be dropped from the page cache, so that "
                           "the loads were not quite cold.",
                           100 * leftInCache);
    return out;
}

Result<LoadStudy> runLoadStudy(const LoadStudyOptions& options, const Engine& engine,
                               RunContext& context) {
    const Workplace workplace(options.folder.empty() ? engine.calibrationFolder.parent_path()
                                                     : options.folder);
    LoadRun run(options, context);
    BITSMITH_CHECK(run.files(workplace));
    return run.measure();
}

} // namespace bitsmith
