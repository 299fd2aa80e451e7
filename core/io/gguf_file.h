// GGUF: reader (versions 1 to 3) and streaming writer (version 3). Format: docs/gguf.md and
// src/gguf.cpp of ggml-org/ggml. The reader is mapped, touches only the header until a tensor is
// read, and enforces every rule of the reference reader, naming the one that a file breaks.
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/tensor/blocks/block_format.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bitsmith {

enum class GgufType : std::uint32_t {
    U8,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    Bool,
    String,
    Array,
    U64,
    I64,
    F64
};

// One metadata value. Numbers are widened here; `type` says what they are in the file, for an array
// its elements (arrays of arrays do not occur).
struct GgufValue {
    GgufType type = GgufType::U32;
    std::variant<std::uint64_t, std::int64_t, double, bool, std::string, std::vector<std::uint64_t>,
                 std::vector<std::int64_t>, std::vector<double>, std::vector<bool>,
                 std::vector<std::string>>
        value;
    bool isArray() const { return value.index() >= 5; }

    static GgufValue u32(std::uint64_t v) { return {GgufType::U32, v}; }
    static GgufValue f32(double v) { return {GgufType::F32, v}; }
    static GgufValue flag(bool v) { return {GgufType::Bool, v}; }
    static GgufValue text(std::string v) { return {GgufType::String, std::move(v)}; }
};

// In file order; keys are unique.
class GgufMetadata {
public:
    using Item = std::pair<std::string, GgufValue>;
    GgufMetadata() = default;
    explicit GgufMetadata(std::vector<Item> items) : m_items(std::move(items)) {} // keys differ
    const std::vector<Item>& items() const { return m_items; }
    const GgufValue* find(std::string_view key) const; // nullptr if absent
    void set(std::string key, GgufValue value);        // replaces
    void erase(std::string_view key);
    // Typed access: empty where the key is absent. Errors (BadInput): another type, naming the key.
    // Any whole number type serves for count(), any number for number(). Texts elsewhere than from
    // text() are as in the file: perhaps not UTF-8.
    Result<std::optional<std::uint64_t>> count(std::string_view key) const;
    Result<std::optional<double>> number(std::string_view key) const;
    Result<std::optional<bool>> flag(std::string_view key) const;
    Result<std::optional<std::string>> text(std::string_view key) const;

private:
    std::vector<Item> m_items;
};

struct GgufTensor {
    std::string name;
    std::vector<std::uint64_t> dims;     // fastest first: {in, out} for a (out x in) matrix; 1 to 4
    const BlockFormat* format = nullptr; // never null
    std::uint64_t offset = 0;            // in the data section of its file
    std::size_t part = 0;                // which file of a split model
};

// Bytes that live as long as their owner.
struct GgufBytes {
    std::span<const std::byte> bytes;
    std::shared_ptr<const void> owner;
};

class GgufFile {
public:
    // path: a .gguf file; of a split model (NAME-00001-of-0000N.gguf) any part, all parts are then
    // opened. Errors (BadInput): every rule that the file breaks; a part that is missing or does
    // not belong. Unsupported: a byte-swapped file, a later version, a tensor type that was
    // withdrawn or is unknown.
    static Result<std::shared_ptr<const GgufFile>> open(const std::filesystem::path& path);

    // path: a file that `bitsmith compress` has coded. Of it bytes() must not be asked: load()
    // decodes. Errors: also those of CompressedFile::open; Unsupported, a part of a split model.
    static Result<std::shared_ptr<const GgufFile>> openCoded(const std::filesystem::path& path);

    const GgufMetadata& metadata() const { return m_metadata; }          // of the first part
    const std::vector<GgufTensor>& tensors() const { return m_tensors; } // in file order
    const GgufTensor* find(std::string_view name) const;                 // nullptr if absent
    std::uint64_t size(const GgufTensor& tensor) const;                  // in bytes
    std::span<const std::byte> bytes(const GgufTensor& tensor) const;
    // Mapped, or decoded: then in memory, and shared, as long as somebody holds it. Errors
    // (BadInput): damaged coded data.
    Result<GgufBytes> load(const GgufTensor& tensor) const;
    void release(const GgufTensor& tensor) const; // its pages are not needed again soon
    const std::vector<std::filesystem::path>& files() const { return m_paths; }
    // Hash over names, types, dims and samples of the bytes, as TensorArchive::contentKey().
    std::string contentKey() const;

private:
    friend class GgufReader;
    struct Coded;
    std::shared_ptr<const Coded> m_coded; // where the file is a coded one
    GgufMetadata m_metadata;
    std::vector<GgufTensor> m_tensors;
    std::vector<std::size_t> m_byName; // indices of m_tensors, sorted by name
    std::vector<std::filesystem::path> m_paths;
    std::vector<std::shared_ptr<const MappedFile>> m_files;
    std::vector<std::uint64_t> m_dataStarts;
};

// Declares all tensors first, then streams their bytes in that order; committed by finish().
// With a limit the model is split into NAME-00001-of-0000N.gguf files of at most `splitBytes` of
// tensors each (a larger tensor gets a file of its own).
class GgufWriter {
public:
    struct Declaration {
        std::string name;
        std::vector<std::uint64_t> dims;
        const BlockFormat* format = nullptr;
        std::uint64_t bytes() const; // without padding
    };
    struct Part {
        std::filesystem::path path;
        std::uint64_t bytes = 0; // exact size of the file
    };
    // The files that create() would write, with their exact sizes. Errors (Failed): an impossible
    // declaration (name twice, longer than 63 bytes, a row that is no whole number of blocks).
    static Result<std::vector<Part>> predict(const std::filesystem::path& target,
                                             const GgufMetadata& metadata,
                                             const std::vector<Declaration>& tensors,
                                             std::uint64_t splitBytes = 0);
    // Errors: those of predict() and of AtomicFile. Split keys are added by the writer.
    static Result<GgufWriter> create(const std::filesystem::path& target,
                                     const GgufMetadata& metadata, std::vector<Declaration> tensors,
                                     std::uint64_t splitBytes = 0);
    // Bytes of the next declared tensor, in one or several calls.
    Status write(std::span<const std::byte> bytes);
    Status finish(); // error if bytes are missing; then all parts are in place

    GgufWriter(GgufWriter&&) noexcept;
    GgufWriter& operator=(GgufWriter&&) noexcept;
    ~GgufWriter();

private:
    struct State;
    explicit GgufWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace bitsmith
