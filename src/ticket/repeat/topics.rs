//! Words for the same thing: a caller says 下水, the next 污水, a third 井里往外冒水. Each topic is what may be wrong at a
//! place, with the words by which callers name it, and how far it reaches.

/// How far a matter reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// A whole estate or road: two buildings have the same trouble.
    Around,
    /// One building, or one spot: another building's is another.
    Here,
}

/// What may be wrong, and how it is said.
pub(super) struct Topic {
    pub(super) reach: Reach,
    pub(super) words: &'static [&'static str],
}

const fn around(words: &'static [&'static str]) -> Topic {
    Topic { reach: Reach::Around, words }
}

const fn here(words: &'static [&'static str]) -> Topic {
    Topic { reach: Reach::Here, words }
}

/// A longer word hides the shorter ones inside it.
pub(super) const TOPICS: &[Topic] = &[
    here(&[
        "下水", "下水道", "污水", "脏水", "粪水", "返水", "反水", "化粪池", "管道堵", "地漏", "马桶", "排水管", "冒水",
        "往外冒", "疏通", "返味", "sewer", "sewage", "drain", "drains",
    ]),
    around(&["停水", "没水", "断水", "没有水", "来水", "供水", "一滴水", "恢复供水", "no water", "water is off"]),
    around(&["水压", "水流小", "水小", "上不来水", "水特别小", "water pressure"]),
    around(&["黄水", "水发黄", "水浑", "水质", "水发红", "铁锈", "水是黄", "自来水有味"]),
    here(&[
        "水管爆", "爆管", "水管破", "水管漏", "自来水管", "跑水", "喷水", "管子裂", "管道破", "burst pipe", "water main",
    ]),
    here(&["漏雨", "屋顶", "楼顶", "房顶", "顶层", "顶楼", "渗水", "屋面", "防水", "roof"]),
    here(&["楼上漏水", "楼上往下漏", "天花板", "泡了", "淹了我家", "从楼上滴"]),
    around(&["停电", "没电", "断电", "没有电", "来电", "跳闸", "全黑了", "电闸", "power cut", "no power", "electricity"]),
    around(&["电压", "变压器", "灯一闪一闪"]),
    around(&[
        "暖气", "供暖", "供热", "地暖", "热力", "室温", "不热", "冰凉", "屋里冷", "家里冷", "温度不达标", "采暖", "取暖",
        "heating", "radiator", "radiators",
    ]),
    here(&["燃气味", "煤气味", "煤气漏", "燃气漏", "燃气泄漏", "天然气味", "漏气", "煤气", "gas leak", "smell gas"]),
    around(&["停气", "没燃气", "没有燃气", "打不着火", "断气"]),
    here(&["电梯", "梯子坏", "困人", "困在里", "轿厢", "elevator", "lift"]),
    here(&["门禁", "单元门", "对讲", "刷卡"]),
    around(&["物业费", "乱收费", "涨价", "收费标准", "停车费", "公示"]),
    around(&["保安", "门卫", "外人随便", "丢东西", "被偷", "盗窃", "小偷", "电瓶丢"]),
    around(&[
        "垃圾", "清运", "垃圾桶", "垃圾箱", "泔水", "厨余", "脏乱", "苍蝇", "rubbish", "garbage", "trash",
    ]),
    here(&["建筑垃圾", "装修垃圾", "渣土"]),
    around(&["公厕", "厕所", "卫生间", "public toilet"]),
    around(&["摆摊", "占道经营", "摊贩", "小贩", "地摊", "早市", "卖菜的", "流动摊", "烧烤摊", "路边摊", "stalls", "vendors"]),
    around(&["小广告", "贴广告"]),
    around(&["路灯", "照明", "黑漆漆", "摸黑", "黑灯瞎火", "灯不亮", "灯全灭", "street light", "street lights"]),
    here(&["楼道灯", "楼道里没灯", "声控灯"]),
    here(&[
        "路面", "大坑", "坑洼", "坑坑洼洼", "路不平", "塌陷", "塌了个", "路上有坑", "修路", "沥青", "颠得", "pothole",
        "potholes", "hole in the road",
    ]),
    here(&["便道", "人行道", "地砖", "盲道", "方砖"]),
    here(&["井盖", "井口", "没盖", "窨井", "manhole"]),
    around(&["积水", "淹水", "雨水", "水排不", "蹚水", "flooded"]),
    here(&["大树", "树倒", "树枝", "枯树", "树杈", "修剪", "tree"]),
    here(&["电线", "线缆", "电线杆", "飞线", "线耷拉", "光缆", "cable", "cables"]),
    here(&["墙皮", "外墙", "瓷砖", "墙面", "往下掉", "保温层"]),
    here(&["红绿灯", "信号灯", "traffic light", "traffic lights"]),
    around(&[
        "停车", "违停", "乱停", "车位", "堵路", "占道停", "僵尸车", "停满了车", "parking", "parked",
    ]),
    here(&["消防通道", "消防车", "安全出口", "堵死了通道", "fire lane", "fire exit"]),
    here(&["消防栓", "消火栓", "灭火器"]),
    around(&["飞线充电", "电动车上楼", "电瓶车上楼", "推进楼", "楼道充电", "充电"]),
    here(&["杂物", "楼道堆", "堆在楼道", "堆满", "纸箱"]),
    around(&["施工", "工地", "打桩", "半夜干活", "机器响", "轰隆", "夜里施工", "construction"]),
    around(&["广场舞", "跳舞", "大喇叭", "音箱"]),
    around(&["唱歌", "ktv", "酒吧", "音乐", "music"]),
    here(&["装修", "电钻", "砸墙", "敲墙"]),
    around(&["油烟", "饭馆", "抽油烟", "烧烤", "fumes"]),
    around(&["扬尘", "灰尘", "尘土", "裸土", "落灰", "dust"]),
    around(&["异味", "刺鼻", "废气", "臭味", "臭气", "化工", "难闻", "刺鼻的", "smell", "stinks"]),
    around(&["流浪狗", "野狗", "遛狗", "狗绳", "狗咬", "狗粪", "狗叫", "大狗", "恶犬", "没拴", "dog", "dogs"]),
    here(&["违建", "违章建筑", "私搭", "加盖", "阳光房", "彩钢", "搭棚", "盖房", "圈地", "illegal building"]),
    around(&["群租", "隔断", "合租", "日租"]),
    around(&["公交", "末班车", "车站", "站牌", "bus"]),
    around(&["网络", "宽带", "信号不好", "手机没信号"]),
    around(&["健身器材", "滑梯", "秋千"]),
    around(&["绿地", "绿化", "草坪", "种菜", "毁绿"]),
    here(&["工资", "欠薪", "工钱", "wages"]),
    around(&["幼儿园", "入学", "学位", "上学"]),
    around(&["低保", "养老金", "社保", "医保", "补贴"]),
    here(&["态度", "骂人", "不耐烦", "爱答不理"]),
    around(&["老鼠", "蟑螂", "蚊子"]),
    here(&["赌博", "打麻将", "麻将馆", "棋牌"]),
    here(&["过期", "变质", "吃坏", "不卫生", "假货"]),
];
