// gpu/runtime/cuda_libraries.h: the toolkit's libraries are found when they are used, not before.
#include "gpu/runtime/cuda_libraries.h"

#include <QTest>

#include <dlfcn.h>

using namespace bitsmith; // names without gpu:: would be those of the toolkit

class TstCudaLibraries : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Nothing of them is loaded because the program was built with CUDA.
    void startWithoutThem() {
        for (const int version : {CUBLAS_VER_MAJOR, CUSOLVER_VER_MAJOR})
            for (const char* name : {"libcublas.so.", "libcusolver.so."}) {
                const std::string file = name + std::to_string(version);
                QVERIFY2(!::dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD), file.c_str());
            }
    }

    void everyFunctionIsFound() {
        try {
            (void)gpu::cudaLibraryFunction(gpu::CudaLibrary::Blas, gpu::cublasCreate.name());
        } catch (const gpu::DeviceError& error) {
            QSKIP(error.what()); // built with the toolkit's headers only
        }
        for (const char* name : {gpu::cublasCreate.name(), gpu::cublasDestroy.name(),
                                 gpu::cublasSetStream.name(), gpu::cublasGetStatusString.name(),
                                 gpu::cublasGemmEx.name(), gpu::cublasGemmStridedBatchedEx.name(),
                                 gpu::cublasSsyrk.name(), gpu::cublasDtrsm.name()})
            QVERIFY(gpu::cudaLibraryFunction(gpu::CudaLibrary::Blas, name));
        for (const char* name :
             {gpu::cusolverDnCreate.name(), gpu::cusolverDnDestroy.name(),
              gpu::cusolverDnSetStream.name(), gpu::cusolverDnDpotrf_bufferSize.name(),
              gpu::cusolverDnDpotrf.name()})
            QVERIFY(gpu::cudaLibraryFunction(gpu::CudaLibrary::Solver, name));
        QVERIFY(QString(gpu::cublasGetStatusString(CUBLAS_STATUS_SUCCESS))
                    .contains("success", Qt::CaseInsensitive));
    }

    void aFunctionThatIsNotThere() {
        try {
            (void)gpu::cudaLibraryFunction(gpu::CudaLibrary::Blas, "cublasMakeCoffee");
            QFAIL("it is there");
        } catch (const gpu::DeviceError& error) {
            QVERIFY(QString(error.what()).startsWith("CUDA: "));
        }
    }
};

QTEST_GUILESS_MAIN(TstCudaLibraries)
#include "tst_cuda_libraries.moc"
