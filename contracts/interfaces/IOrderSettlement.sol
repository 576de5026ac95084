// SPDX-License-Identifier: MIT
pragma solidity 0.8.28;

/// @title Signed orders for the futures exchange
/// @notice EIP-712 domain: name "Drydock Order Settlement", version "1", chain id, this proxy. Externally owned accounts sign
/// by ECDSA, contracts by ERC-1271.
interface IOrderSettlement {
    /// @notice An order for `size` units at `price` or better, until `expiry` (seconds). `nonce` cancels whole ranges.
    struct Order {
        address maker;
        uint256 marketId;
        bool isBuy;
        uint128 size;
        uint128 price;
        uint64 expiry;
        uint256 nonce;
        uint256 salt;
    }

    /// @notice What became of an order.
    struct OrderState {
        uint128 filled;
        bool cancelled;
    }

    /// @notice All that `initialize` sets. Every address must be non-zero.
    struct InitParams {
        address timelock;
        address guardian;
        address keeper;
        address perpExchange;
        uint16 makerFeeBps;
        uint16 takerFeeBps;
    }

    event OrderFilled(
        bytes32 indexed orderHash, address indexed maker, address indexed taker, uint256 size, uint256 price
    );
    event OrderCancelled(bytes32 indexed orderHash, address indexed maker);
    event NoncesCancelled(address indexed maker, uint256 below);
    event FeesSet(uint16 makerFeeBps, uint16 takerFeeBps);

    /// @notice The order's time is over.
    error OrderExpired(bytes32 orderHash, uint64 expiry);
    /// @notice The order was cancelled, by itself or by its nonce.
    error OrderIsCancelled(bytes32 orderHash);
    /// @notice The signature is not the maker's.
    error BadSignature(bytes32 orderHash, address maker);
    /// @notice The fill exceeds what is left of the order.
    error Overfill(bytes32 orderHash, uint256 left, uint256 size);
    /// @notice The two orders are for different markets or the same side, or their prices don't cross.
    error OrdersDoNotCross();
    /// @notice Only the maker cancels.
    error NotTheMaker(address caller);
    /// @notice The nonce doesn't move forward.
    error NonceNotRaised(uint256 current, uint256 requested);
    /// @notice The size was zero.
    error ZeroSize();
    /// @notice A parameter lies outside its hard bounds.
    error OutOfBounds(bytes32 what, uint256 value);

    /// @notice Fills `size` of a signed order against the caller's own account, at the order's price.
    function fillOrder(Order calldata order, bytes calldata signature, uint128 size) external;

    /// @notice Fills two signed orders against each other, at the maker order's price. Keepers only.
    function matchOrders(
        Order calldata maker,
        bytes calldata makerSignature,
        Order calldata taker,
        bytes calldata takerSignature,
        uint128 size
    ) external;

    /// @notice Cancels one order, for ever. Open under every pause.
    function cancelOrder(Order calldata order) external;

    /// @notice Cancels all of the caller's orders with a nonce below `below`, for ever. Open under every pause.
    function cancelNonces(uint256 below) external;

    /// @notice Sets the fees, at most 1 % each. Timelock only.
    function setFees(uint16 makerFeeBps, uint16 takerFeeBps) external;

    /// @notice EIP-712 digest that the maker signs.
    function hashOrder(Order calldata order) external view returns (bytes32);

    function orderState(bytes32 orderHash) external view returns (OrderState memory);
    function minimumNonce(address maker) external view returns (uint256);
    function fees() external view returns (uint16 makerFeeBps, uint16 takerFeeBps);
    function perpExchange() external view returns (address);
    function version() external pure returns (string memory);
}
