#include "core/io/pickle.h"

#include "core/io/pickle_objects.h"
#include "core/io/text_checks.h"

#include <cstring>
#include <unordered_map>

namespace bitsmith {
namespace {

constexpr std::size_t MostValues = 1 << 22, MostMarks = 1 << 16, MostBytes = std::size_t{1} << 27;
constexpr int LatestProtocol = 5;

// Opcodes that could run code, or need what we have not: refused by name.
const char* dangerousOpcode(std::uint8_t opcode) {
    switch (opcode) {
    case 'i':
        return "INST";
    case 'o':
        return "OBJ";
    case 'P':
        return "PERSID";
    case 0x82:
        return "EXT1";
    case 0x83:
        return "EXT2";
    case 0x84:
        return "EXT4";
    case 0x92:
        return "NEWOBJ_EX";
    case 0x97:
        return "NEXT_BUFFER";
    default:
        return nullptr;
    }
}

// Stack and memo hold indices of values. Every step is bounded by the bytes that it reads.
class Machine {
public:
    Machine(std::span<const std::byte> bytes, const std::string& where, std::size_t base)
        : m_bytes(bytes.first(std::min(bytes.size(), MostBytes))), m_where(where), m_base(base) {}

    Result<Pickle> run() {
        for (;;) {
            m_start = m_at;
            BITSMITH_TRY(const auto opcode, read<std::uint8_t>());
            if (opcode == '.') break;
            BITSMITH_CHECK(step(opcode));
        }
        BITSMITH_TRY(m_pickle.root, pop());
        m_pickle.end = m_at;
        return std::move(m_pickle);
    }

private:
    tl::unexpected<Error> damaged(std::string_view why) const {
        return fail(ErrorCode::BadInput,
                    "{}: its list of tensors is damaged: {} (byte {}). Get the file again", m_where,
                    why, m_base + m_start);
    }
    tl::unexpected<Error> refused(const std::string& what) const {
        return fail(ErrorCode::BadInput,
                    "{} {} (byte {}): refused; nothing of the file was executed. A file of plain "
                    "weights never does that; get the model as safetensors",
                    m_where, what, m_base + m_start);
    }

    template <class T>
    Result<T> read() {
        BITSMITH_TRY(const std::string_view bytes, take(sizeof(T)));
        T value;
        std::memcpy(&value, bytes.data(), sizeof(T));
        return value;
    }
    Result<std::string_view> take(std::uint64_t length) {
        if (length > m_bytes.size() - m_at) return damaged("it ends early or is too large");
        const std::string_view text(reinterpret_cast<const char*>(m_bytes.data()) + m_at, length);
        m_at += length;
        return text;
    }
    Result<std::string_view> line() {
        const std::string_view rest(reinterpret_cast<const char*>(m_bytes.data()) + m_at,
                                    m_bytes.size() - m_at);
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return damaged("it ends inside a name");
        m_at += end + 1;
        return rest.substr(0, end);
    }

    std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }
    Status push(PickleValue value) {
        if (m_pickle.values.size() == MostValues)
            return damaged(fmt::format("it makes more than {} values", MostValues));
        m_stack.push_back(static_cast<PickleId>(m_pickle.values.size()));
        m_pickle.values.push_back(std::move(value));
        return {};
    }
    Status push(PickleKind kind, std::int64_t number = 0, std::string_view text = {}) {
        PickleValue value;
        value.kind = kind;
        value.number = number;
        value.text = text;
        return push(std::move(value));
    }
    Status pushText(std::uint64_t length) {
        BITSMITH_TRY(const std::string_view text, take(length));
        return push(PickleKind::Text, 0, text);
    }
    Status pushBytes(std::uint64_t length) {
        BITSMITH_CHECK(take(length));
        return push(PickleKind::Nothing);
    }
    Result<PickleId> pop() {
        if (m_stack.size() <= floor()) return damaged("it takes more than it has made");
        const PickleId id = m_stack.back();
        m_stack.pop_back();
        return id;
    }
    Result<PickleId> top() const {
        if (m_stack.size() <= floor()) return damaged("it takes more than it has made");
        return m_stack.back();
    }
    // The values above the last mark, which goes too.
    Result<std::vector<PickleId>> popMarked() {
        if (m_marks.empty()) return damaged("it closes what it did not open");
        const auto first = m_stack.begin() + static_cast<std::ptrdiff_t>(m_marks.back());
        std::vector<PickleId> items(first, m_stack.end());
        m_stack.erase(first, m_stack.end());
        m_marks.pop_back();
        return items;
    }
    Result<std::vector<PickleId>> popSome(std::size_t count) {
        if (m_stack.size() - floor() < count) return damaged("it takes more than it has made");
        const auto first = m_stack.end() - static_cast<std::ptrdiff_t>(count);
        std::vector<PickleId> items(first, m_stack.end());
        m_stack.erase(first, m_stack.end());
        return items;
    }
    Status pushItems(PickleKind kind, Result<std::vector<PickleId>> items) {
        if (!items) return fail(std::move(items).error());
        if (kind == PickleKind::Dict && items->size() % 2 != 0)
            return damaged("a dictionary has a key without a value");
        PickleValue value;
        value.kind = kind;
        value.items = *std::move(items);
        return push(std::move(value));
    }
    // Appends to the list or dictionary that lies below.
    Status append(PickleKind kind, Result<std::vector<PickleId>> items) {
        if (!items) return fail(std::move(items).error());
        BITSMITH_TRY(const PickleId id, top());
        PickleValue& value = m_pickle.values[id];
        if (value.kind != kind || (kind == PickleKind::Dict && items->size() % 2 != 0))
            return damaged("it adds to something that is no list or dictionary");
        value.items.insert(value.items.end(), items->begin(), items->end());
        return {};
    }

    Status store(std::uint32_t index) {
        BITSMITH_TRY(m_memo[index], top());
        return {};
    }
    Status recall(std::uint32_t index) {
        const auto at = m_memo.find(index);
        if (at == m_memo.end()) return damaged("it refers to a value that it did not keep");
        m_stack.push_back(at->second);
        return {};
    }

    Status pushName(std::string_view module, std::string_view name) {
        if (const auto index = allowedPickleName(module, name))
            return push(PickleKind::Name, static_cast<std::int64_t>(*index));
        return refused(fmt::format(
            "asks to run {}",
            quotedName(fmt::format("{}.{}", module.substr(0, 100), name.substr(0, 100)))));
    }
    Status pushResult(Result<PickleValue> value) {
        if (value) return push(*std::move(value));
        if (value.error().code == ErrorCode::BadInput) return damaged(value.error().message);
        return fail(value.error().code, "{}: {} (byte {})", m_where, value.error().message,
                    m_base + m_start);
    }
    Status call() {
        BITSMITH_TRY(const PickleId args, pop());
        BITSMITH_TRY(const PickleId callee, pop());
        return pushResult(callPickleName(m_pickle, m_pickle[callee], m_pickle[args]));
    }
    // torch keeps notes beside the entries of a state dictionary; they do not matter here.
    Status build() {
        BITSMITH_CHECK(pop());
        BITSMITH_TRY(const PickleId id, top());
        if (!m_pickle[id].ordered)
            return refused("asks to set the state of something that is no OrderedDict");
        return {};
    }
    Status pushLong(std::uint64_t length) {
        BITSMITH_TRY(const std::string_view bytes, take(length));
        if (length > sizeof(std::int64_t)) return push(PickleKind::Nothing); // larger than any size
        std::int64_t value = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value |= static_cast<std::int64_t>(
                static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i));
        const std::size_t bits = 8 * bytes.size();
        if (bits > 0 && bits < 64 && (value >> (bits - 1)) & 1)
            value -= std::int64_t{1} << bits; // two's complement
        return push(PickleKind::Whole, value);
    }
    template <class T>
    Status pushWhole() {
        BITSMITH_TRY(const T value, read<T>());
        return push(PickleKind::Whole, value);
    }

    Status step(std::uint8_t opcode) {
        switch (opcode) {
        case '(':
            if (m_marks.size() == MostMarks) return damaged("it nests too deeply");
            m_marks.push_back(m_stack.size());
            return {};
        case 'N':
            return push(PickleKind::Nothing);
        case 0x88:
            return push(PickleKind::Flag, 1);
        case 0x89:
            return push(PickleKind::Flag, 0);
        case 'J':
            return pushWhole<std::int32_t>();
        case 'K':
            return pushWhole<std::uint8_t>();
        case 'M':
            return pushWhole<std::uint16_t>();
        case 'G':
            return pushBytes(8);
        case '}':
            return pushItems(PickleKind::Dict, std::vector<PickleId>());
        case ']':
            return pushItems(PickleKind::List, std::vector<PickleId>());
        case ')':
            return pushItems(PickleKind::Tuple, std::vector<PickleId>());
        case 't':
            return pushItems(PickleKind::Tuple, popMarked());
        case 'd':
            return pushItems(PickleKind::Dict, popMarked());
        case 0x85:
            return pushItems(PickleKind::Tuple, popSome(1));
        case 0x86:
            return pushItems(PickleKind::Tuple, popSome(2));
        case 0x87:
            return pushItems(PickleKind::Tuple, popSome(3));
        case 'a':
            return append(PickleKind::List, popSome(1));
        case 'e':
            return append(PickleKind::List, popMarked());
        case 's':
            return append(PickleKind::Dict, popSome(2));
        case 'u':
            return append(PickleKind::Dict, popMarked());
        case 'R':
        case 0x81:
            return call(); // NEWOBJ: of OrderedDict, the same
        case 'b':
            return build();
        default:
            return stepWithOperand(opcode);
        }
    }

    // Opcodes that are followed by a length, an index or a name.
    Status stepWithOperand(std::uint8_t opcode) {
        const auto with = [&](auto number, auto action) -> Status {
            BITSMITH_TRY(const auto value, read<decltype(number)>());
            return action(value);
        };
        const auto text = [&](auto length) { return pushText(length); };
        const auto bytes = [&](auto length) { return pushBytes(length); };
        const auto keep = [&](auto index) { return store(index); };
        const auto get = [&](auto index) { return recall(index); };
        switch (opcode) {
        case 0x80:
            return with(std::uint8_t{}, [&](auto version) -> Status {
                if (version <= LatestProtocol) return {};
                return damaged(fmt::format("protocol {} is not known", version));
            });
        case 0x95:
            return with(std::uint64_t{}, [](auto) -> Status { return {}; }); // FRAME
        case 'X':
            return with(std::uint32_t{}, text);
        case 'T':
            return with(std::uint32_t{}, text);
        case 'U':
        case 0x8c:
            return with(std::uint8_t{}, text);
        case 0x8d:
            return with(std::uint64_t{}, text);
        case 'B':
            return with(std::uint32_t{}, bytes);
        case 'C':
            return with(std::uint8_t{}, bytes);
        case 0x8a:
            return with(std::uint8_t{}, [&](auto length) { return pushLong(length); });
        case 'q':
            return with(std::uint8_t{}, keep);
        case 'r':
            return with(std::uint32_t{}, keep);
        case 0x94:
            return store(static_cast<std::uint32_t>(m_memo.size()));
        case 'h':
            return with(std::uint8_t{}, get);
        case 'j':
            return with(std::uint32_t{}, get);
        case 'Q': {
            BITSMITH_TRY(const PickleId reference, pop());
            return pushResult(pickledStorage(m_pickle, m_pickle[reference]));
        }
        case 'c': {
            BITSMITH_TRY(const std::string_view module, line());
            BITSMITH_TRY(const std::string_view name, line());
            return pushName(module, name);
        }
        case 0x93: {
            BITSMITH_TRY(const PickleId name, pop());
            BITSMITH_TRY(const PickleId module, pop());
            if (m_pickle[name].kind != PickleKind::Text ||
                m_pickle[module].kind != PickleKind::Text)
                return damaged("a name is no text");
            return pushName(m_pickle[module].text, m_pickle[name].text);
        }
        default:
            break;
        }
        if (const char* name = dangerousOpcode(opcode))
            return refused(fmt::format("holds the pickle opcode {}, which can run code", name));
        return refused(fmt::format("holds the pickle opcode 0x{:02x}, which lists of tensors do "
                                   "not need",
                                   opcode));
    }

    std::span<const std::byte> m_bytes;
    const std::string& m_where;
    std::size_t m_base;
    std::size_t m_at = 0, m_start = 0; // of the present opcode
    Pickle m_pickle;
    std::vector<PickleId> m_stack;
    std::vector<std::size_t> m_marks; // heights of the stack
    std::unordered_map<std::uint32_t, PickleId> m_memo;
};

} // namespace

const PickleValue* Pickle::find(const PickleValue& dict, std::string_view key) const {
    if (dict.kind != PickleKind::Dict) return nullptr;
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
        const PickleValue& name = values[dict.items[i]];
        if (name.kind == PickleKind::Text && name.text == key) return &values[dict.items[i + 1]];
    }
    return nullptr;
}

Result<Pickle> readPickle(std::span<const std::byte> bytes, const std::string& where,
                          std::size_t base) {
    return Machine(bytes, where, base).run();
}

} // namespace bitsmith
