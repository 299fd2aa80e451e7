// Element by element: activation functions, gated units, sums, copies, rotations, number formats.
#include "gpu/ops/kernels.h"
#include "gpu/runtime/launch.h"
#include "gpu/shared/activation_math.h"
#include "gpu/shared/number_formats.h"

namespace bitsmith::gpu {
namespace {

// body(row, column) for each element of a rows x cols matrix.
template <class Body>
__global__ void forEach(std::size_t rows, std::size_t cols, Body body) {
    for (std::size_t i = firstElement(); i < rows * cols; i += elementStep())
        body(i / cols, i % cols);
}

template <class Body>
void run(cudaStream_t stream, std::size_t rows, std::size_t cols, Body body) {
    if (rows == 0 || cols == 0) return;
    launch(forEach<Body>, elements(rows * cols), stream, rows, cols, body);
}

// Views without their assertions, for devices.
template <class T>
struct Rows {
    T* data;
    std::size_t stride;
    __device__ T& operator()(std::size_t r, std::size_t c) const { return data[r * stride + c]; }
};
Rows<float> rowsOf(MatrixView x) { return {x.data, x.stride}; }
Rows<const float> rowsOf(ConstMatrixView x) { return {x.data, x.stride}; }

struct Activate {
    Activation kind;
    Rows<float> x;
    __device__ void operator()(std::size_t r, std::size_t c) const {
        x(r, c) = activated(kind, x(r, c));
    }
};
struct Gate {
    Activation kind;
    Rows<float> gate;
    Rows<const float> up;
    __device__ void operator()(std::size_t r, std::size_t c) const {
        gate(r, c) = activated(kind, gate(r, c)) * up(r, c);
    }
};
struct Add {
    Rows<float> x;
    Rows<const float> y;
    __device__ void operator()(std::size_t r, std::size_t c) const { x(r, c) += y(r, c); }
};
struct Copy {
    Rows<const float> from;
    Rows<float> to;
    __device__ void operator()(std::size_t r, std::size_t c) const { to(r, c) = from(r, c); }
};
struct FillRow {
    const float* row;
    Rows<float> y;
    __device__ void operator()(std::size_t r, std::size_t c) const { y(r, c) = row[c]; }
};
struct SortHeads {
    Rows<const float> from;
    std::size_t heads, headDim;
    Rows<float> to;
    __device__ void operator()(std::size_t r, std::size_t c) const { // c: in `to`
        const std::size_t part = c / (heads * headDim), head = c / headDim % heads;
        to(r, c) = from(r, (3 * head + part) * headDim + c % headDim);
    }
};
struct Rotate { // c: a pair of one of the heads
    Rows<float> x;
    std::size_t headDim, pairs;
    const float *cosines, *sines;
    __device__ void operator()(std::size_t r, std::size_t c) const {
        const std::size_t i = c % pairs, start = c / pairs * headDim;
        const float cosine = cosines[r * pairs + i], sine = sines[r * pairs + i];
        const float a = x(r, start + i), b = x(r, start + i + pairs);
        x(r, start + i) = a * cosine - b * sine;
        x(r, start + i + pairs) = b * cosine + a * sine;
    }
};
struct ToHalf {
    Rows<const float> from;
    std::size_t cols;
    std::uint16_t* to;
    __device__ void operator()(std::size_t r, std::size_t c) const {
        to[r * cols + c] = saturatedHalfBits(from(r, c));
    }
};
struct ToBfloat {
    Rows<const float> from;
    std::size_t cols;
    std::uint16_t* to;
    __device__ void operator()(std::size_t r, std::size_t c) const {
        to[r * cols + c] = bfloatBits(from(r, c));
    }
};
struct FromHalf {
    const std::uint16_t* from;
    float* to;
    __device__ void operator()(std::size_t, std::size_t i) const { to[i] = halfValue(from[i]); }
};
struct FromBfloat {
    const std::uint16_t* from;
    float* to;
    __device__ void operator()(std::size_t, std::size_t i) const { to[i] = bfloatValue(from[i]); }
};
struct SetDiagonal {
    double* square;
    std::size_t n;
    __device__ void operator()(std::size_t, std::size_t i) const { square[i * n + i] = 1; }
};
struct ReadDiagonal {
    const double* square;
    std::size_t n;
    double* diagonal;
    __device__ void operator()(std::size_t, std::size_t i) const {
        diagonal[i] = square[i * n + i];
    }
};

} // namespace

void activate(cudaStream_t stream, Activation kind, MatrixView x) {
    run(stream, x.rows, x.cols, Activate{kind, rowsOf(x)});
}
void gate(cudaStream_t stream, Activation kind, MatrixView gate, ConstMatrixView up) {
    run(stream, gate.rows, gate.cols, Gate{kind, rowsOf(gate), rowsOf(up)});
}
void add(cudaStream_t stream, MatrixView x, ConstMatrixView y) {
    run(stream, x.rows, x.cols, Add{rowsOf(x), rowsOf(y)});
}
void copy(cudaStream_t stream, ConstMatrixView from, MatrixView to) {
    run(stream, to.rows, to.cols, Copy{rowsOf(from), rowsOf(to)});
}
void fillRows(cudaStream_t stream, const float* row, MatrixView y) {
    run(stream, y.rows, y.cols, FillRow{row, rowsOf(y)});
}
void sortHeads(cudaStream_t stream, ConstMatrixView from, std::size_t heads, std::size_t headDim,
               MatrixView to) {
    run(stream, to.rows, to.cols, SortHeads{rowsOf(from), heads, headDim, rowsOf(to)});
}
void rotary(cudaStream_t stream, MatrixView x, std::size_t headDim, std::size_t pairs,
            const float* cosines, const float* sines) {
    run(stream, x.rows, x.cols / headDim * pairs,
        Rotate{rowsOf(x), headDim, pairs, cosines, sines});
}
void toHalf(cudaStream_t stream, ConstMatrixView from, std::uint16_t* to) {
    run(stream, from.rows, from.cols, ToHalf{rowsOf(from), from.cols, to});
}
void toBfloat(cudaStream_t stream, ConstMatrixView from, std::uint16_t* to) {
    run(stream, from.rows, from.cols, ToBfloat{rowsOf(from), from.cols, to});
}
void fromHalf(cudaStream_t stream, const std::uint16_t* from, std::size_t count, float* to) {
    run(stream, 1, count, FromHalf{from, to});
}
void fromBfloat(cudaStream_t stream, const std::uint16_t* from, std::size_t count, float* to) {
    run(stream, 1, count, FromBfloat{from, to});
}

void setDiagonal(cudaStream_t stream, double* square, std::size_t n) {
    run(stream, 1, n, SetDiagonal{square, n});
}
void readDiagonal(cudaStream_t stream, const double* square, std::size_t n, double* diagonal) {
    run(stream, 1, n, ReadDiagonal{square, n, diagonal});
}

} // namespace bitsmith::gpu
