#include "core/io/coded_reader.h"

#include "core/base/parallel.h"
#include "core/codec/coded_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

namespace bitsmith {
namespace {

using Clock = std::chrono::steady_clock;
using Bytes = std::vector<std::byte>;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// The file in windows of at least `readBytes`; a window lives as long as somebody decodes from it.
class WindowReader {
public:
    WindowReader(std::filesystem::path path, std::size_t readBytes)
        : m_path(std::move(path)), m_readBytes(std::max<std::size_t>(1, readBytes)) {}
    ~WindowReader() {
        if (m_fd >= 0) ::close(m_fd);
    }
    WindowReader(const WindowReader&) = delete;
    WindowReader& operator=(const WindowReader&) = delete;

    Status open() {
        m_fd = ::open(m_path.c_str(), O_RDONLY | O_CLOEXEC);
        if (m_fd < 0) return failure();
        const off_t end = ::lseek(m_fd, 0, SEEK_END);
        if (end < 0) return failure();
        m_size = static_cast<std::uint64_t>(end);
        ::posix_fadvise(m_fd, 0, 0, POSIX_FADV_SEQUENTIAL);
        return {};
    }
    void forget() const { ::posix_fadvise(m_fd, 0, 0, POSIX_FADV_DONTNEED); }

    struct Piece {
        std::shared_ptr<const Bytes> owner;
        std::span<const std::byte> bytes;
    };
    Result<Piece> fetch(std::uint64_t offset, std::uint64_t size) {
        if (offset > m_size || size > m_size - offset)
            return fail(ErrorCode::BadInput, "'{}' ends before byte {}", m_path.string(),
                        offset + size);
        if (offset < m_offset || offset + size > m_offset + m_window->size())
            BITSMITH_CHECK(refill(offset, size));
        return Piece{m_window, std::span(*m_window).subspan(offset - m_offset, size)};
    }
    double seconds() const { return m_seconds; }
    std::uint64_t bytesRead() const { return m_bytesRead; }

private:
    tl::unexpected<Error> failure() const {
        return fail(ErrorCode::BadInput, "cannot read '{}': {}", m_path.string(),
                    std::strerror(errno));
    }

    // What the old window has of the new one is copied, not read again.
    Status refill(std::uint64_t offset, std::uint64_t size) {
        const std::uint64_t wanted =
            std::max(size, std::min<std::uint64_t>(m_readBytes, m_size - offset));
        auto window = std::make_shared<Bytes>(wanted);
        std::size_t have = 0;
        if (const std::uint64_t end = m_offset + m_window->size();
            offset >= m_offset && offset < end) {
            have = std::min<std::size_t>(end - offset, wanted);
            std::memcpy(window->data(), m_window->data() + (offset - m_offset), have);
        }
        const auto start = Clock::now();
        while (have < wanted) {
            const ssize_t n = ::pread(m_fd, window->data() + have, wanted - have,
                                      static_cast<off_t>(offset + have));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) return failure();
            if (n == 0)
                return fail(ErrorCode::BadInput, "'{}' became shorter while it was read",
                            m_path.string());
            have += static_cast<std::size_t>(n);
            m_bytesRead += static_cast<std::uint64_t>(n);
        }
        m_seconds += secondsSince(start);
        m_window = std::move(window);
        m_offset = offset;
        return {};
    }

    std::filesystem::path m_path;
    std::size_t m_readBytes;
    int m_fd = -1;
    std::uint64_t m_size = 0, m_offset = 0, m_bytesRead = 0;
    std::shared_ptr<const Bytes> m_window = std::make_shared<const Bytes>();
    double m_seconds = 0;
};

// A block on its way. Made by the reader, decoded by a worker, taken by the caller.
struct Item {
    std::size_t part = 0, block = 0;
    std::shared_ptr<const StreamHeader> header; // nullptr: the whole string, for part.decode
    WindowReader::Piece coded;
    std::span<std::byte> out;
    Bytes raw; // where the sink gets it
    std::size_t cost = 0, rawBytes = 0;
    bool last = false; // of all; has no data
    bool done = false;
    Status status;
};

class Pipeline {
public:
    Pipeline(const std::filesystem::path& file, std::span<const CodedPart> parts,
             const CodedReadOptions& options)
        : m_file(file), m_parts(parts), m_options(options), m_reader(file, options.readBytes) {}

    Result<CodedReadReport> run(const CodedSink& sink, RunContext& context) {
        BITSMITH_CHECK(m_reader.open());
        const auto start = Clock::now();
        std::uint64_t total = 1;
        for (const CodedPart& part : m_parts) total += part.blob.size;
        const int workers = m_options.workers > 0 ? m_options.workers : threads();
        struct Threads { // told to stop before they are joined, whatever ends this function
            Pipeline& pipeline;
            std::vector<std::jthread> running;
            ~Threads() { pipeline.stop(); }
        };
        {
            Threads all{*this, {}};
            all.running.emplace_back([this] { read(); });
            for (int i = 0; i < workers; ++i) all.running.emplace_back([this] { work(); });
            BITSMITH_CHECK(deliver(sink, context, total));
        }
        if (m_options.forget) m_reader.forget();
        m_report.seconds = secondsSince(start);
        m_report.readSeconds = m_reader.seconds();
        return m_report;
    }

private:
    // ---- Calling thread

    Status deliver(const CodedSink& sink, RunContext& context, std::uint64_t total) {
        for (;;) {
            std::shared_ptr<Item> item;
            {
                std::unique_lock lock(m_mutex);
                const auto ready = [&] { return !m_order.empty() && m_order.front()->done; };
                while (!ready()) {
                    m_finished.wait_for(lock, std::chrono::milliseconds(50));
                    context.checkpoint();
                }
                item = std::move(m_order.front());
                m_order.pop_front();
            }
            if (!item->status) return item->status;
            if (item->last) return {};
            m_report.codedBytes += item->coded.bytes.size();
            m_report.rawBytes += item->rawBytes;
            ++m_report.blocks;
            const bool forSink = item->out.empty() && !item->raw.empty();
            if (forSink && sink) BITSMITH_CHECK(sink(item->part, item->raw));
            {
                const std::lock_guard lock(m_mutex);
                m_underWay -= item->cost;
                if (forSink) m_spare.push_back(std::move(item->raw));
            }
            m_room.notify_one();
            context.checkpoint(static_cast<double>(m_report.codedBytes) /
                               static_cast<double>(total));
        }
    }

    void stop() {
        {
            const std::lock_guard lock(m_mutex);
            m_stop = true;
        }
        m_room.notify_all();
        m_waiting.notify_all();
    }

    // ---- Reader

    void read() {
        auto end = std::make_shared<Item>();
        end->last = end->done = true;
        try {
            for (std::size_t i = 0; i < m_parts.size() && end->status && !m_refused; ++i)
                end->status = readPart(i);
        } catch (const std::bad_alloc&) {
            end->status =
                fail(ErrorCode::Resources, "out of memory while reading '{}'", m_file.string());
        }
        const std::lock_guard lock(m_mutex);
        m_order.push_back(std::move(end));
        m_finished.notify_one();
    }

    Status readPart(std::size_t index) {
        const CodedPart& part = m_parts[index];
        const auto named = [&](const Error& error) {
            return fail(error.code, "'{}': {}: {}", m_file.string(), part.name, error.message);
        };
        if (part.decode) {
            auto item = std::make_shared<Item>();
            item->part = index;
            BITSMITH_TRY(item->coded, m_reader.fetch(part.blob.offset, part.blob.size));
            item->rawBytes = part.rawSize;
            item->cost = item->coded.bytes.size() + part.rawSize;
            push(std::move(item));
            return {};
        }
        BITSMITH_TRY(
            const auto start,
            m_reader.fetch(part.blob.offset,
                           std::min<std::uint64_t>(part.blob.size, StreamHeader::LengthBytes)));
        const auto length = StreamHeader::length(start.bytes);
        if (!length) return named(length.error());
        BITSMITH_TRY(const auto beginning,
                     m_reader.fetch(part.blob.offset, std::min(*length, part.blob.size)));
        const auto header = StreamHeader::parse(beginning.bytes, part.blob.size, part.rawSize);
        if (!header) return named(header.error());
        const std::uint64_t size = (*header)->rawSize();
        if (size != part.rawSize || (!part.out.empty() && part.out.size() != size))
            return named({ErrorCode::BadInput,
                          fmt::format("holds {} bytes instead of {}", size, part.rawSize)});
        for (std::size_t b = 0; b < (*header)->blocks(); ++b) {
            auto item = std::make_shared<Item>();
            item->part = index;
            item->block = b;
            item->header = *header;
            item->rawBytes = (*header)->rawBytes(b);
            BITSMITH_TRY(item->coded, m_reader.fetch(part.blob.offset + (*header)->codedOffset(b),
                                                     (*header)->codedBytes(b)));
            if (!part.out.empty())
                item->out = part.out.subspan(b * (*header)->blockBytes(), item->rawBytes);
            item->cost = item->coded.bytes.size() + item->rawBytes;
            if (!push(std::move(item))) return {};
        }
        return {};
    }

    // Waits for room. False: the pipeline is stopping.
    bool push(std::shared_ptr<Item> item) {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [&] {
            return m_stop || m_underWay == 0 || m_underWay + item->cost <= m_options.bytesUnderWay;
        });
        m_refused = m_stop;
        if (m_refused) return false;
        m_underWay += item->cost;
        m_order.push_back(item);
        m_queue.push_back(std::move(item));
        m_waiting.notify_one();
        return true;
    }

    // ---- Workers

    void work() {
        double busy = 0;
        for (;;) {
            std::shared_ptr<Item> item;
            {
                std::unique_lock lock(m_mutex);
                m_waiting.wait(lock, [&] { return m_stop || !m_queue.empty(); });
                if (m_stop) {
                    m_report.decodeSeconds += busy;
                    return;
                }
                item = std::move(m_queue.front());
                m_queue.pop_front();
                if (item->header && item->out.empty() && !m_spare.empty()) {
                    item->raw = std::move(m_spare.back());
                    m_spare.pop_back();
                }
            }
            const auto start = Clock::now();
            Status status = decode(*item);
            busy += secondsSince(start);
            const std::lock_guard lock(m_mutex);
            item->status = std::move(status);
            item->coded.owner.reset(); // the window may go
            item->done = true;
            m_finished.notify_one();
        }
    }

    Status decode(Item& item) const {
        const CodedPart& part = m_parts[item.part];
        Status status;
        try {
            if (!item.header) {
                status = part.decode(item.coded.bytes);
            } else if (item.out.empty()) {
                item.raw.resize(item.rawBytes);
                status = item.header->decode(item.block, item.coded.bytes, item.raw);
            } else {
                status = item.header->decode(item.block, item.coded.bytes, item.out);
            }
        } catch (const std::bad_alloc&) {
            return fail(ErrorCode::Resources, "out of memory while decoding '{}'", m_file.string());
        }
        if (status) return {};
        return fail(status.error().code,
                    "'{}': {}: {}. Restore the file from a backup or make it again",
                    m_file.string(), part.name, status.error().message);
    }

    const std::filesystem::path& m_file;
    std::span<const CodedPart> m_parts;
    const CodedReadOptions& m_options;
    WindowReader m_reader;  // of the reader thread
    bool m_refused = false; // of the reader thread: the pipeline is stopping
    CodedReadReport m_report;

    std::mutex m_mutex;
    std::condition_variable m_room, m_waiting, m_finished;
    std::deque<std::shared_ptr<Item>> m_queue; // to be decoded
    std::deque<std::shared_ptr<Item>> m_order; // to be delivered
    std::vector<Bytes> m_spare;                // raw buffers to be used again
    std::size_t m_underWay = 0;
    bool m_stop = false;
};

} // namespace

Result<CodedReadReport> readCoded(const std::filesystem::path& file,
                                  std::span<const CodedPart> parts, const CodedSink& sink,
                                  const CodedReadOptions& options, RunContext& context) {
    return Pipeline(file, parts, options).run(sink, context);
}

} // namespace bitsmith
