// Row-major float matrices: an owner and two views. Rows may be strided in views.
#pragma once

#include "core/base/large_allocator.h"

#include <cassert>
#include <cstddef>
#include <span>

namespace bitsmith {

template <class T>
struct BasicMatrixView {
    T* data = nullptr;
    std::size_t rows = 0, cols = 0;
    std::size_t stride = 0; // elements from one row to the next, >= cols

    BasicMatrixView() = default;
    BasicMatrixView(T* d, std::size_t r, std::size_t c) : data(d), rows(r), cols(c), stride(c) {}
    BasicMatrixView(T* d, std::size_t r, std::size_t c, std::size_t s)
        : data(d), rows(r), cols(c), stride(s) {}
    // A mutable view converts to a const one.
    template <class U>
    requires std::is_same_v<T, const U> BasicMatrixView(const BasicMatrixView<U>& o)
        : data(o.data), rows(o.rows), cols(o.cols), stride(o.stride) {}

    std::span<T> row(std::size_t r) const {
        assert(r < rows);
        return {data + r * stride, cols};
    }
    T& operator()(std::size_t r, std::size_t c) const {
        assert(r < rows && c < cols);
        return data[r * stride + c];
    }
    BasicMatrixView rowRange(std::size_t first, std::size_t count) const {
        assert(first + count <= rows);
        return {data + first * stride, count, cols, stride};
    }
    BasicMatrixView columnRange(std::size_t first, std::size_t count) const {
        assert(first + count <= cols);
        return {data + first, rows, count, stride};
    }
};

using MatrixView = BasicMatrixView<float>;
using ConstMatrixView = BasicMatrixView<const float>;

// Owns rows x cols floats, zero-initialised.
class Matrix {
public:
    Matrix() = default;
    Matrix(std::size_t rows, std::size_t cols)
        : m_rows(rows), m_cols(cols), m_values(rows * cols, 0.0F) {}
    // For those who write all of it, or all that is ever read.
    static Matrix unfilled(std::size_t rows, std::size_t cols) {
        Matrix out;
        out.m_rows = rows;
        out.m_cols = cols;
        out.m_values.resize(rows * cols);
        return out;
    }

    std::size_t rows() const { return m_rows; }
    std::size_t cols() const { return m_cols; }
    bool empty() const { return m_values.empty(); }
    float* data() { return m_values.data(); }
    const float* data() const { return m_values.data(); }
    std::span<float> values() { return m_values; }
    std::span<const float> values() const { return m_values; }
    MatrixView view() { return {m_values.data(), m_rows, m_cols}; }
    ConstMatrixView view() const { return {m_values.data(), m_rows, m_cols}; }
    float& operator()(std::size_t r, std::size_t c) { return m_values[r * m_cols + c]; }
    float operator()(std::size_t r, std::size_t c) const { return m_values[r * m_cols + c]; }
    bool operator==(const Matrix&) const = default;

private:
    std::size_t m_rows = 0, m_cols = 0;
    LargeVector<float> m_values;
};

} // namespace bitsmith
