#include "core/model/model.h"

namespace bitsmith {

const TensorInfo* Model::find(std::string_view tensor) const {
    const auto it = m_index.find(tensor);
    return it == m_index.end() ? nullptr : &m_tensors[it->second];
}

const std::string& Model::contentKey() const {
    std::call_once(m_keyOnce, [this] { m_contentKey = computeContentKey(); });
    return m_contentKey;
}

void Model::index() {
    for (std::size_t i = 0; i < m_tensors.size(); ++i) m_index.emplace(m_tensors[i].name, i);
}

} // namespace bitsmith
