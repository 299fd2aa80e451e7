// The active tensor as lessons use it: read off the GUI thread, and kept until another is active.
#pragma once

#include "ui/lessons/picture.h"
#include "ui/session/session.h"

#include <QObject>

#include <memory>

namespace bitsmith::ui {

// Errors: the tensor is no matrix; those of reading. Values that are not finite become 0.
Result<std::shared_ptr<const PictureWeights>> readPictureWeights(std::shared_ptr<const Model> model,
                                                                 const std::string& tensor,
                                                                 const std::string& calibration,
                                                                 const Engine& engine);

class PictureSource final : public QObject {
    Q_OBJECT
public:
    PictureSource(Services& services, Session& session, QObject* parent = nullptr);
    // Reads the active tensor unless it is there already; ready() follows.
    void want();
    const std::shared_ptr<const PictureWeights>& weights() const { return m_weights; } // or null
    // Why there are none; empty while they are being read.
    const QString& problem() const { return m_problem; }
    bool busy() const { return m_request.busy(); }

Q_SIGNALS:
    void ready();    // weights() or problem() is new
    void outdated(); // another model, tensor or calibration: want() again

private:
    void forget();
    Services& m_services;
    Session& m_session;
    Request m_request;
    std::shared_ptr<const PictureWeights> m_weights;
    QString m_problem;
};

} // namespace bitsmith::ui
