// A study of compressibility as it grows: what is known of the tensors that were looked at so far.
// Of a dense model what its codes would be, of a quantized one what they are.
#pragma once

#include "core/pipeline/compressibility.h"

#include <QString>

#include <any>
#include <cstddef>

namespace bitsmith::ui {

struct CodesStudyRequest {
    std::shared_ptr<const Model> model;
    StudyOptions options; // of a dense model
    bool coders = false;  // of a quantized one: run each coder on each tensor
};

// Whether a model's own codes are counted, rather than those that it might have.
bool hasCodes(const Model& model);
// The matrices that a study looks at.
std::vector<const TensorInfo*> studiedTensors(const Model& model, const StudyOptions& options);

struct CodesStudy {
    QString model; // its name
    bool quantized = false, finished = false;
    std::size_t expected = 0; // tensors in the end
    StudyResult dense;
    QuantizedModelCodes codes;

    std::size_t tensors() const { return quantized ? codes.tensors.size() : dense.tensors.size(); }
    // What the job publishes, a tensor each time; false: something else.
    bool take(const std::any& published);
    void finish(const std::any& result); // the job's value
    std::uint64_t weights() const;
    QString text() const; // a sentence of what was found
};
CodesStudy beginStudy(const CodesStudyRequest& request);

} // namespace bitsmith::ui
