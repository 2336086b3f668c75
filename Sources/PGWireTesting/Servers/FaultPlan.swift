/// What a ``FaultProxy`` does to a connection.
public struct FaultPlan: Sendable {
    /// Where bytes go.
    public enum Direction: Sendable, CaseIterable {
        case toServer
        case toClient
    }

    /// In what portions bytes are passed on.
    public enum Delivery: Sendable {
        /// As they come.
        case whole
        /// One at a time. Of what comes in one go, the bytes beyond `limit` go in portions of 1 and 1,499 in turn, so
        /// that megabytes do not take minutes.
        case singly(limit: Int)
    }

    /// How a connection is ended.
    public enum Ending: Sendable, CaseIterable {
        /// In order, by a FIN.
        case close
        /// By a RST.
        case reset
    }

    /// What goes wrong.
    public enum Fault: Sendable {
        /// The connection ends when so many bytes have been passed on in one direction.
        case cut(Direction, after: Int, by: Ending)
        /// From the moment when so many bytes have been passed on in one direction nothing is passed on in either, and
        /// nothing ends.
        case blackHole(Direction, after: Int)
        /// The request that holds these bytes does not reach the server; the connection ends instead.
        case loseRequest([UInt8], by: Ending)
        /// The request that holds these bytes reaches the server; when the server answers, the connection ends instead.
        case loseAnswer(to: [UInt8], by: Ending)
    }

    /// In what portions bytes are passed on, in both directions.
    public var delivery = Delivery.whole
    /// Offsets at which a portion ends, in both directions; in ascending order.
    public var splits: [Int] = []
    /// How long a portion is held back.
    public var delay = Duration.zero
    /// What goes wrong, if anything.
    public var fault: Fault?

    /// By default everything is passed on as it comes.
    public init(
        delivery: Delivery = .whole, splits: [Int] = [], delay: Duration = .zero, fault: Fault? = nil
    ) {
        self.delivery = delivery
        self.splits = splits
        self.delay = delay
        self.fault = fault
    }

    /// What a request has to hold for the fault to come about.
    var pattern: [UInt8]? {
        switch fault {
        case .loseRequest(let pattern, _), .loseAnswer(let pattern, _): pattern
        case .cut, .blackHole, nil: nil
        }
    }
}
