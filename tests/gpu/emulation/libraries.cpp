// cuBLAS and cuSOLVER over the processor's BLAS and LAPACK. Arguments are checked as the libraries
// check them; inputs of 16 bits are widened, as tensor cores do.
#include "core/tensor/convert.h"
#include "tests/gpu/emulation/cublas_v2.h"
#include "tests/gpu/emulation/cusolverDn.h"

#include <cblas.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

extern "C" void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);

namespace {

void demand(bool fulfilled, const char* call) {
    if (fulfilled) return;
    std::fprintf(stderr, "emulated device: %s was called with arguments that it refuses\n", call);
    std::abort();
}

CBLAS_TRANSPOSE of(cublasOperation_t op) { return op == CUBLAS_OP_T ? CblasTrans : CblasNoTrans; }

// The matrix as floats, columns of `ld`.
std::vector<float> widened(const void* data, cudaDataType type, int rows, int cols, int ld) {
    std::vector<float> out(static_cast<std::size_t>(ld) * static_cast<std::size_t>(cols));
    for (int c = 0; c < cols; ++c)
        for (int r = 0; r < rows; ++r) {
            const auto i = static_cast<std::size_t>(c) * static_cast<std::size_t>(ld) +
                           static_cast<std::size_t>(r);
            if (type == CUDA_R_32F)
                out[i] = static_cast<const float*>(data)[i];
            else if (type == CUDA_R_16F)
                out[i] = bitsmith::halfToFloat(static_cast<const std::uint16_t*>(data)[i]);
            else
                out[i] = bitsmith::bfloatToFloat(static_cast<const std::uint16_t*>(data)[i]);
        }
    return out;
}

} // namespace

cublasStatus_t cublasCreate(cublasHandle_t* handle) {
    *handle = nullptr;
    return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasDestroy(cublasHandle_t) { return CUBLAS_STATUS_SUCCESS; }
cublasStatus_t cublasSetStream(cublasHandle_t, cudaStream_t) { return CUBLAS_STATUS_SUCCESS; }
const char* cublasGetStatusString(cublasStatus_t) { return "an emulated error"; }

cublasStatus_t cublasGemmEx(cublasHandle_t, cublasOperation_t transA, cublasOperation_t transB,
                            int m, int n, int k, const void* alpha, const void* a,
                            cudaDataType aType, int lda, const void* b, cudaDataType bType, int ldb,
                            const void* beta, void* c, cudaDataType cType, int ldc,
                            cublasComputeType_t, cublasGemmAlgo_t) {
    const int rowsA = transA == CUBLAS_OP_N ? m : k, colsA = transA == CUBLAS_OP_N ? k : m;
    const int rowsB = transB == CUBLAS_OP_N ? k : n, colsB = transB == CUBLAS_OP_N ? n : k;
    demand(m > 0 && n > 0 && k > 0 && lda >= rowsA && ldb >= rowsB && ldc >= m && aType == bType &&
               cType == CUDA_R_32F,
           "cublasGemmEx");
    const std::vector<float> wideA = widened(a, aType, rowsA, colsA, lda),
                             wideB = widened(b, bType, rowsB, colsB, ldb);
    cblas_sgemm(CblasColMajor, of(transA), of(transB), m, n, k, *static_cast<const float*>(alpha),
                wideA.data(), lda, wideB.data(), ldb, *static_cast<const float*>(beta),
                static_cast<float*>(c), ldc);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasGemmStridedBatchedEx(cublasHandle_t handle, cublasOperation_t transA,
                                          cublasOperation_t transB, int m, int n, int k,
                                          const void* alpha, const void* a, cudaDataType aType,
                                          int lda, long long strideA, const void* b,
                                          cudaDataType bType, int ldb, long long strideB,
                                          const void* beta, void* c, cudaDataType cType, int ldc,
                                          long long strideC, int count, cublasComputeType_t compute,
                                          cublasGemmAlgo_t algorithm) {
    const auto at = [](const void* data, cudaDataType type, long long elements) {
        return static_cast<const char*>(data) + elements * (type == CUDA_R_32F ? 4 : 2);
    };
    for (int i = 0; i < count; ++i)
        cublasGemmEx(handle, transA, transB, m, n, k, alpha, at(a, aType, i * strideA), aType, lda,
                     at(b, bType, i * strideB), bType, ldb, beta,
                     static_cast<float*>(c) + i * strideC, cType, ldc, compute, algorithm);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSsyrk(cublasHandle_t, cublasFillMode_t fill, cublasOperation_t trans, int n,
                           int k, const float* alpha, const float* a, int lda, const float* beta,
                           float* c, int ldc) {
    demand(n > 0 && k > 0 && lda >= (trans == CUBLAS_OP_N ? n : k) && ldc >= n, "cublasSsyrk");
    cblas_ssyrk(CblasColMajor, fill == CUBLAS_FILL_MODE_LOWER ? CblasLower : CblasUpper, of(trans),
                n, k, *alpha, a, lda, *beta, c, ldc);
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDtrsm(cublasHandle_t, cublasSideMode_t side, cublasFillMode_t fill,
                           cublasOperation_t trans, cublasDiagType_t diagonal, int m, int n,
                           const double* alpha, const double* a, int lda, double* b, int ldb) {
    demand(m > 0 && n > 0 && lda >= (side == CUBLAS_SIDE_LEFT ? m : n) && ldb >= m, "cublasDtrsm");
    cblas_dtrsm(CblasColMajor, side == CUBLAS_SIDE_LEFT ? CblasLeft : CblasRight,
                fill == CUBLAS_FILL_MODE_LOWER ? CblasLower : CblasUpper, of(trans),
                diagonal == CUBLAS_DIAG_UNIT ? CblasUnit : CblasNonUnit, m, n, *alpha, a, lda, b,
                ldb);
    return CUBLAS_STATUS_SUCCESS;
}

cusolverStatus_t cusolverDnCreate(cusolverDnHandle_t* handle) {
    *handle = nullptr;
    return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDestroy(cusolverDnHandle_t) { return CUSOLVER_STATUS_SUCCESS; }
cusolverStatus_t cusolverDnSetStream(cusolverDnHandle_t, cudaStream_t) {
    return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotrf_bufferSize(cusolverDnHandle_t, cublasFillMode_t, int, double*,
                                             int, int* doubles) {
    *doubles = 1;
    return CUSOLVER_STATUS_SUCCESS;
}
cusolverStatus_t cusolverDnDpotrf(cusolverDnHandle_t, cublasFillMode_t fill, int n, double* a,
                                  int lda, double*, int, int* info) {
    demand(n > 0 && lda >= n, "cusolverDnDpotrf");
    dpotrf_(fill == CUBLAS_FILL_MODE_LOWER ? "L" : "U", &n, a, &lda, info);
    return CUSOLVER_STATUS_SUCCESS;
}
