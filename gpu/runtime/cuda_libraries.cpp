#include "gpu/runtime/cuda_libraries.h"

#include <dlfcn.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace bitsmith::gpu {
namespace {

// Where the loader looks (beside the program, LD_LIBRARY_PATH, what ldconfig knows), then where
// toolkits are.
void* load(const std::string& file) {
    constexpr int Mode = RTLD_NOW | RTLD_LOCAL;
    if (void* found = ::dlopen(file.c_str(), Mode)) return found;
    const std::string reason = ::dlerror();
    if (void* found = ::dlopen(("/usr/local/cuda/lib64/" + file).c_str(), Mode)) return found;
    throw DeviceError("CUDA: " + file + " of the CUDA toolkit cannot be loaded: " + reason);
}

void* libraryOf(CudaLibrary library) {
    if (library == CudaLibrary::Blas) {
        static void* const blas = load("libcublas.so." + std::to_string(CUBLAS_VER_MAJOR));
        return blas;
    }
    static void* const solver = load("libcusolver.so." + std::to_string(CUSOLVER_VER_MAJOR));
    return solver;
}

} // namespace

void* cudaLibraryFunction(CudaLibrary library, const char* name) {
    static std::mutex mutex;
    static std::map<std::pair<CudaLibrary, std::string>, void*> known;
    const std::lock_guard lock(mutex);
    void*& at = known[{library, name}];
    if (!at) at = ::dlsym(libraryOf(library), name);
    if (!at) throw DeviceError(std::string("CUDA: the toolkit's library has no ") + name);
    return at;
}

} // namespace bitsmith::gpu
